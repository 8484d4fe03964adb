import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { endOf, newProgram, type Program, type ProgramEnd } from '../support/program.ts';
import { oneWarningWithHint } from './lines.ts';

vi.setConfig({ testTimeout: 30_000 });

/** A bash script with `deploytrack` in its PATH. */
function bash(program: Program, script: string): Promise<ProgramEnd> {
  writeFileSync(
    join(program.folder, 'deploytrack'),
    `#!/bin/sh\nexec '${program.words.join("' '")}' "$@"\n`,
    {
      mode: 0o755,
    },
  );
  const env = {
    ...program.env,
    PATH: `${program.folder}:${program.env.PATH}`,
    DEPLOYTRACK_DEPLOYMENT: 'app',
  };
  return endOf(
    spawn('bash', ['-c', script], { cwd: program.folder, env, stdio: ['ignore', 'pipe', 'pipe'] }),
  );
}

const runs = (program: Program) =>
  program.rows('SELECT stage, status, exit_code AS code FROM deployment_stages ORDER BY id');

describe('Marks of several shells', () => {
  test('each of two parallel subshells ends its own run, and a wrapped run inside ends itself', async () => {
    const program = newProgram();
    // The order is fixed by two pipes: one starts, the other starts, one ends, the other ends.
    const end = await bash(
      program,
      `export DEPLOYTRACK_ID=$(deploytrack start --version 1); mkfifo started ended
       (deploytrack phase start par; echo > started; read -r _ < ended; deploytrack phase end par --exit-code 3; echo > started) &
       (read -r _ < started; deploytrack phase start par; deploytrack phase run par -- sh -c 'exit 4'
        echo > ended; read -r _ < started; deploytrack phase end par) & wait`,
    );
    expect(end.stderr).toContain('--service <name>');
    expect(runs(program)).toEqual([
      { stage: 'par', status: 'failed', code: 3 },
      { stage: 'par', status: 'success', code: null },
      { stage: 'par', status: 'failed', code: 4 },
    ]);
  });
});

test('two subshells whose last command is the end do not swap their times and results', async () => {
  const program = newProgram();
  // A shell becomes the last command of a subshell: the end then has the PID that the start had as its parent.
  await bash(
    program,
    `export DEPLOYTRACK_ID=$(deploytrack start --version 1); mkfifo started
     (deploytrack phase start par; echo > started; read -r _ < started; deploytrack phase end par --exit-code 3) &
     (read -r _ < started; deploytrack phase start par; echo > started; sleep 1.5; deploytrack phase end par) & wait`,
  );
  const [first, second] = program.rows(
    'SELECT status, duration_seconds AS seconds FROM deployment_stages ORDER BY id',
  );
  expect([first?.status, second?.status]).toEqual(['failed', 'success']);
  expect(Number(second?.seconds)).toBeGreaterThan(1.4);
});

describe('Option `--deployment` of finish', () => {
  test('finish --deployment closes the only open deployment of that name, and lists several', async () => {
    const program = newProgram();
    const start = (name: string, environment: string) =>
      program.quiet(['start', '--deployment', name, '--environment', environment, '--version', '1']);
    await start('a', 'production');
    await start('b', 'production');
    await start('b', 'staging');
    await program.quiet(['finish', '--deployment', 'a']);
    const line = oneWarningWithHint(await program.run(['finish', '--deployment', 'b']));
    expect(line).toMatch(/2 deployments are in progress: .*b\/staging.*; nothing was closed/);
    await program.quiet(['finish', '--environment', 'staging'], { env: { DEPLOYTRACK_DEPLOYMENT: 'b' } });
    const none = await program.run(['finish', '--deployment', 'a', '--json']);
    expect(JSON.parse(none.stdout)).toEqual({
      deployment_id: null,
      error: expect.stringMatching(/^no deployment is in progress .*; nothing was closed$/),
    });
    expect(
      program.rows(
        'SELECT deployment AS name, environment FROM deployment_metrics WHERE deployment_status = ?',
        'in-progress',
      ),
    ).toEqual([{ name: 'b', environment: 'production' }]);
  });

  test.each([
    ['a trap', ['finish', '--on-exit', '7'], {}],
    ['a script whose ID file is gone', ['finish'], { DEPLOYTRACK_ID_FILE: 'gone' }],
  ])('finish of %s does not close by a name from the environment', async (_, words, env) => {
    const program = newProgram({ env: { DEPLOYTRACK_DEPLOYMENT: 'app' } });
    await program.quiet(['start', '--version', '1']);
    expect((await program.run(words, { env })).stderr).toContain('nothing was closed');
    await program.quiet([...words.slice(0, 1), '--deployment', 'app'], { env });
    expect(program.rows('SELECT deployment_status AS status FROM deployment_metrics')).toEqual([
      { status: 'success' },
    ]);
  });
});

describe('Leftovers of scripts that have ended', () => {
  const left = (program: Program) =>
    program
      .rows('SELECT deployment_status AS status, error_message AS error FROM deployment_metrics ORDER BY id')
      .map(({ status, error }) => error ?? status);

  test('the next start closes those that no other process can know, with one warning', async () => {
    const program = newProgram();
    const script =
      'DEPLOYTRACK_ID=$(deploytrack start --version 1); export DEPLOYTRACK_ID; deploytrack phase start x';
    for (const _ of [1, 2]) expect((await bash(program, `${script}; :`)).code).toBe(0);
    expect(left(program)).toEqual(['abandoned', 'in-progress']);
    // While its own script runs, a deployment is left alone.
    const end = await bash(program, `${script}; deploytrack start --version 2 >/dev/null; :`);
    expect(end.stderr.match(/ABANDONED|was abandoned/g)).toHaveLength(1);
    expect(left(program)).toEqual(['abandoned', 'abandoned', 'in-progress', 'in-progress']);
  });

  test.each([
    ['--id a', {}],
    ['--id-file file', {}],
    ['', { CI: 'true', GITHUB_ACTIONS: 'true' }],
  ])(
    'the next start leaves one that was started with %j and %j, which other steps can know',
    async (options, ci) => {
      const program = newProgram({ env: ci });
      await bash(program, `deploytrack start --version 1 ${options} >/dev/null; :`);
      const end = await bash(program, 'deploytrack start --version 2; :');
      expect(end.stderr).toContain('is still open as well');
      expect(left(program)).toEqual(['in-progress', 'in-progress']);
    },
  );

  test('the next start leaves one with a step that still runs', async () => {
    const program = newProgram();
    const end = await bash(
      program,
      `bash -c 'export DEPLOYTRACK_ID=$(deploytrack start --version 1); echo $DEPLOYTRACK_ID; :' > id
       DEPLOYTRACK_ID=$(cat id) deploytrack phase start x; deploytrack start --version 2; :`,
    );
    expect(end.stderr).toContain('is still open as well');
    expect(left(program)).toEqual(['in-progress', 'in-progress']);
  });
});

test('a script behind a launcher is the caller of its deployment', async () => {
  const program = newProgram();
  const end = await bash(
    program,
    'export DEPLOYTRACK_ID=$(timeout 30 deploytrack start --version 1); deploytrack start --version 2 >/dev/null; :',
  );
  expect(end.stderr).toContain('is still open as well');
});

test('DEPLOYTRACK_ID with characters of a CI is the same deployment for every command', async () => {
  const program = newProgram({ env: { DEPLOYTRACK_ID: 'a%2Fb#1' } });
  const id = await program.quiet(['start', '--deployment', 'app', '--version', '1', '--id', 'a%2Fb#1']);
  const commands = [
    'phase start x',
    'phase end x',
    'smoke s --passed',
    'error-rate 0.1',
    'cost vm 1',
    'health --check-type up -- true',
    'finish',
  ];
  for (const words of commands) await program.quiet(words.split(' '));
  await program.run(['rollback', '--reason', 'other']);
  expect(
    program.rows('SELECT deployment_id AS id, deployment_status AS status FROM deployment_metrics'),
  ).toEqual([{ id, status: 'success' }]);
  expect(program.rows('SELECT deployment_id AS id FROM rollbacks')).toEqual([{ id }]);
  expect(await program.quiet(['show'])).toMatch(/id\.given a%2Fb#1/);
});

test('export --id is not narrowed by the deployment or environment of the settings', async () => {
  const program = newProgram();
  await program.run(['phase', 'run', 'x', '--id', 'abc', '--', 'true']);
  const env = { DEPLOYTRACK_DEPLOYMENT: 'g', DEPLOYTRACK_ENVIRONMENT: 'e' };
  expect(await program.quiet(['export', '--id', 'abc'], { env })).toContain('"phase-end"');
});
