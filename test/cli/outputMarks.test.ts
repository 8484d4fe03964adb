import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Database from 'better-sqlite3';
import { beforeAll, describe, expect, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { endOf, newProgram, type Program } from '../support/program.ts';

const mark = (text: string) => `::deploytrack ${text}`;

async function begun(): Promise<Program> {
  const program = newProgram({ env: { DEPLOYTRACK_ID: 'd1' } });
  await program.quiet(['start', '--deployment', 'app', '--version', '1', '--id', 'd1']);
  return program;
}

const stages = (program: Program, columns = 'stage, status') =>
  program.rows(`SELECT ${columns} FROM deployment_stages ORDER BY stage`);

describe('phase run --marks', () => {
  let program: Program;
  beforeAll(async () => {
    program = await begun();
  });
  const clear = () => {
    const database = new Database(program.ledger);
    database.exec('DELETE FROM deployment_stages; DELETE FROM migrations');
    database.close();
  };

  test('both outputs are passed on byte for byte, and the marks in them are recorded', async () => {
    const stdout = `one\n${mark('phase start a')}\n\xff\0\r${mark('x')}\nend`;
    writeFileSync(join(program.folder, 'stdout'), stdout, 'latin1');
    writeFileSync(join(program.folder, 'stderr'), `\n${mark('phase end a --exit-code 2')}\r\n? `);
    const script = 'cat stdout; sleep 0.2; cat stderr >&2';
    // `--marks` does not take the first word of the command as its value.
    const end = await program.run(['phase', 'run', 'b', '--marks', 'sh', '-c', script]);
    expect(Buffer.from(end.stdout)).toEqual(Buffer.from(Buffer.from(stdout, 'latin1').toString()));
    expect(end).toMatchObject({ code: 0, stderr: `\n${mark('phase end a --exit-code 2')}\r\n? ` });
    expect(stages(program)).toEqual([
      { stage: 'a', status: 'failed' },
      { stage: 'b', status: 'success' },
    ]);
    clear();
  });

  test('with --marks=hide exactly the recorded lines are left out, and other options see the output too', async () => {
    const script = `echo '${mark('error-rate 0')}' >&2; echo reason >&2; echo '${mark('phase record a --duration 90s')}'; echo 'Running upgrade a -> b'; echo '${mark('phase x')}'; printf '${mark('notes by hand')}' >&2`;
    const own = ['--marks=hide', '--host', 'web-1', '--keep-stderr', '--count-pattern', 'alembic'];
    const end = await program.run(['migrate', ...own, '--', 'sh', '-c', script]);
    expect(end.stdout).toBe(`Running upgrade a -> b\n${mark('phase x')}\n`);
    expect(end.stderr).toMatch(
      /^reason\ndeploytrack: warning: 1 line of output that began with .* was not recorded/,
    );
    expect(stages(program, 'stage, service, duration_seconds AS seconds')).toMatchObject([
      { stage: 'a', service: 'app@web-1', seconds: 90 },
      { stage: 'migration', service: 'app@web-1' },
    ]);
    expect(stages(program, 'stderr_tail AS tail')[1]).toEqual({ tail: 'reason\n' });
    expect(program.rows('SELECT migration_count AS n FROM migrations')).toEqual([{ n: 1 }]);
    expect(program.rows('SELECT notes FROM deployment_metrics')).toEqual([{ notes: 'by hand' }]);
    clear();
  });

  test('marks that an inner command has read are not read again by an outer one', async () => {
    const inner = `'${program.words.join("' '")}' phase run inner --marks -- echo '${mark('phase record a --duration 1s')}'`;
    const end = await program.run(['phase', 'run', 'outer', '--marks', '--', 'sh', '-c', inner]);
    expect(end).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const names = stages(program).map(({ stage }) => stage);
    expect(names.sort()).toEqual(['a', 'inner', 'outer']);
    clear();
  });

  test('a locked ledger does not hold up the output, and no mark is lost', async () => {
    const lock = new Database(program.ledger);
    lock.exec('BEGIN IMMEDIATE');
    const started = performance.now();
    const script = `echo '${mark('phase start a')}'; echo prompt; sleep 4`;
    const child = program.spawn(['phase', 'run', 'b', '--marks', '--', 'sh', '-c', script]);
    const ended = endOf(child);
    const seen = await new Promise<number>((resolve) =>
      child.stdout?.on('data', (bytes: Buffer) => {
        if (bytes.includes('prompt')) resolve(performance.now() - started);
      }),
    );
    expect((await ended).code).toBe(0);
    lock.exec('ROLLBACK');
    lock.close();
    // The wait for the ledger is 2 s; the output came before it was over.
    expect(seen).toBeLessThan(performance.now() - started - 2000);
    await program.run(['phase', 'run', 'after', '--', 'true']);
    expect(stages(program).map(({ stage }) => stage)).toEqual(expect.arrayContaining(['a', 'b', 'after']));
    clear();
  });

  test('a mark is in the ledger while the command runs, so that SIGKILL loses nothing', async () => {
    const script = `echo $$ >pid; echo '${mark('phase start a')}'; exec sleep 30`;
    const child = program.spawn(['phase', 'run', 'b', '--marks', '--', 'sh', '-c', script]);
    const ended = endOf(child);
    const both = () => (stages(program).length === 2 ? true : undefined);
    await eventually(both, { what: 'both phases' });
    child.kill('SIGKILL');
    process.kill(Number(readFileSync(join(program.folder, 'pid'), 'utf8')));
    expect((await ended).signal).toBe('SIGKILL');
    expect(stages(program)).toEqual([
      { stage: 'a', status: 'running' },
      { stage: 'b', status: 'running' },
    ]);
  });
});

test('run --marks records the marks of the whole script, and a failed one in it fails the deployment', async () => {
  const program = newProgram();
  const script = `echo '${mark('smoke login page --failed')}'; echo "$DEPLOYTRACK_ID" >id`;
  const end = await program.run([
    ...[
      'run',
      '--deployment',
      'app',
      '--version',
      '1',
      '--service',
      'api',
      '--host',
      'web-1',
      '--marks=hide',
    ],
    ...['--', 'sh', '-c', script],
  ]);
  expect(end).toMatchObject({ code: 0, stdout: '' });
  expect(program.rows('SELECT test_name, service, status FROM smoke_tests')).toEqual([
    { test_name: 'login page', service: 'api@web-1', status: 'failure' },
  ]);
  expect(
    program.rows('SELECT deployment_status AS status, error_message AS error FROM deployment_metrics'),
  ).toEqual([{ status: 'failed', error: 'smoke test login page (api@web-1): failed' }]);
});
