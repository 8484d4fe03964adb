import { spawn } from 'node:child_process';
import { expect, test, vi } from 'vitest';
import { saysFirst } from '../child/front.ts';
import { eventually } from '../support/eventually.ts';
import { endOf, newProgram, type Program, startDeployment } from '../support/program.ts';

vi.setConfig({ testTimeout: 60_000 });

/** A script that kills itself and everything it started as soon as a command has returned 0. */
function thenKilled(
  program: Program,
  args: readonly string[],
): Promise<{ signal: NodeJS.Signals | null; stderr: string }> {
  const words = ['-c', '"$@" && kill -9 0', 'sh', ...program.words, ...args];
  return endOf(
    spawn('sh', words, {
      cwd: program.folder,
      env: program.env,
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
    }),
  );
}

test('marks of commands that returned 0 survive a SIGKILL of the script and all its processes', async () => {
  const program = newProgram();
  const words = [
    ['start', '--deployment', 'app', '--version', '1', '--id', 'd'],
    ['phase', 'start', 'extract', '--id', 'd'],
    ['phase', 'end', 'extract', '--id', 'd'],
    ['migrate', '--id', 'd', '--', 'true'],
    ['rollback', '--id', 'd', '--reason', 'manual'],
    ['finish', '--id', 'd'],
  ];
  for (const args of words) {
    expect(await thenKilled(program, args)).toMatchObject({ signal: 'SIGKILL', stderr: '' });
  }
  expect(
    program.rows('SELECT deployment_status AS status, error_message AS error FROM deployment_metrics'),
  ).toEqual([{ status: 'failed', error: 'rolled back: manual' }]);
  expect(program.rows('SELECT stage, status FROM deployment_stages ORDER BY rowid')).toEqual([
    { stage: 'extract', status: 'success' },
    { stage: 'migration', status: 'success' },
  ]);
  expect(program.rows('SELECT reason FROM rollbacks')).toEqual([{ reason: 'manual' }]);
});

test('a SIGKILL of a wrapped command leaves a valid ledger with the open phase, and the deployment can go on', async () => {
  const program = newProgram();
  const id = await startDeployment(program);
  const child = program.spawn(['extract', '--id', id, '--', 'sh', '-c', 'echo $$; exec sleep 60']);
  const ended = endOf(child);
  let commandPid = 0;
  child.stdout?.on('data', (chunk) => {
    commandPid ||= Number(String(chunk));
  });
  await saysFirst(child, '\n');
  await eventually(() => (statuses(program).length === 1 ? true : undefined), { what: 'running phase' });
  child.kill('SIGKILL');
  process.kill(commandPid, 'SIGKILL');
  expect((await ended).signal).toBe('SIGKILL');
  expect(program.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  expect(statuses(program)).toEqual(['running']);
  await program.quiet(['migrate', '--id', id, '--', 'true']);
  expect((await program.run(['finish', '--id', id, '--on-exit', '137'])).code).toBe(137);
  expect(statuses(program)).toEqual(['failed', 'success']);
  expect(program.rows('SELECT deployment_status AS status FROM deployment_metrics')).toEqual([
    { status: 'failed' },
  ]);
});

test('a command killed at any moment is recorded completely or not at all, and always if it returned 0', async () => {
  const program = newProgram();
  const id = await startDeployment(program);
  const returned: string[] = [];
  // As long as one command takes on this machine, so that the moments lie before and after its end.
  const beganMs = performance.now();
  await program.quiet(['phase', 'start', 'timed', '--id', id]);
  const stepMs = (performance.now() - beganMs) / 20;
  const kill = async (at: number) => {
    const child = program.spawn(['phase', 'start', `p${at}`, '--id', id]);
    const timer = setTimeout(() => child.kill('SIGKILL'), at * stepMs);
    const end = await endOf(child);
    clearTimeout(timer);
    if (end.code === 0) returned.push(`p${at}`);
  };
  // If the machine has become slower since, repeat until some commands ended; otherwise nothing was tested.
  for (let at = 0; at < 40 || (returned.length === 0 && at < 400); at += 2)
    await Promise.all([kill(at), kill(at + 1)]);
  expect(program.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  const kept = program.rows('SELECT stage FROM deployment_stages').map((row) => row.stage);
  expect(returned.length).toBeGreaterThan(0);
  expect(kept).toEqual(expect.arrayContaining(returned));
  await program.quiet(['migrate', '--id', id, '--', 'true']);
  expect((await program.run(['finish', '--id', id])).code).toBe(0);
  expect(program.rows("SELECT count(*) AS open FROM deployment_stages WHERE status = 'running'")).toEqual([
    { open: 0 },
  ]);
});

function statuses(program: Program): unknown[] {
  return program.rows('SELECT status FROM deployment_stages ORDER BY rowid').map((row) => row.status);
}
