import { spawn } from 'node:child_process';
import Database from 'better-sqlite3';
import { describe, expect, test, vi } from 'vitest';
import { firstSchemaSql } from '../../src/ledger/file/schema.ts';
import { applicationId } from '../../src/ledger/file/schemaVersion.ts';
import { endOf, newProgram, type Program } from '../support/program.ts';

vi.setConfig({ testTimeout: 60_000 });

const run = ['run', '--deployment', 'app', '--version', '1', '--id', 'whole', '--', 'sh', '-c'];

const rows = (program: Program) =>
  program.rows(
    'SELECT deployment_id AS id, deployment, deployment_status AS status, error_message AS error, notes FROM deployment_metrics ORDER BY rowid',
  );

/** A script that calls the program as `d`. */
const script = (program: Program, text: string) => `d() { ${program.words.join(' ')} "$@"; }; ${text}`;

describe('Command run', () => {
  test.each<[string, { code: number | null; signal?: string }, { status: string; error: string | null }]>([
    ['exit 0', { code: 0 }, { status: 'success', error: null }],
    ['exit 3', { code: 3 }, { status: 'failed', error: 'exit code 3' }],
    ['kill -TERM $$', { code: null, signal: 'SIGTERM' }, { status: 'failed', error: 'SIGTERM' }],
  ])('run with a script that does `%s` ends the same way and records that', async (text, end, row) => {
    const program = newProgram();
    expect(await program.run([...run, text])).toMatchObject({ ...end, stdout: '', stderr: '' });
    expect(rows(program)).toMatchObject([{ id: 'whole', ...row }]);
  });

  test('run with a command that does not exist exits with 127 and records it', async () => {
    const program = newProgram();
    expect(
      (await program.run(['run', '--deployment', 'app', '--version', '1', '--', './no-such-script'])).code,
    ).toBe(127);
    expect(rows(program)).toMatchObject([
      { status: 'failed', error: expect.stringContaining('./no-such-script') },
    ]);
  });

  test('run passes its ID to the script, whose phases belong to the deployment', async () => {
    const program = newProgram();
    const end = await program.run([...run, script(program, 'd extract -- true && echo $DEPLOYTRACK_ID')]);
    expect(end).toMatchObject({ code: 0, stdout: 'whole\n', stderr: '' });
    expect(program.rows('SELECT deployment_id AS id, stage FROM deployment_stages')).toEqual([
      { id: 'whole', stage: 'extract' },
    ]);
  });

  test('start inside run joins the same deployment, and its finish adds notes and closes nothing', async () => {
    const program = newProgram();
    const text =
      'ID=$(d start --deployment app --version other); echo $ID; d finish --id $ID --notes inner || echo no; d migrate --id $ID -- true';
    const end = await program.run([...run, script(program, text)]);
    expect(end).toMatchObject({ code: 0, stdout: 'whole\n', stderr: '' });
    expect(rows(program)).toEqual([
      { id: 'whole', deployment: 'app', status: 'success', error: null, notes: 'inner' },
    ]);
    expect(program.rows('SELECT late FROM deployment_stages')).toEqual([{ late: 0 }]);
  });

  test.each([
    ['nothing else is given', ''],
    ['the environment is given', '--environment production'],
    ['a CI gives another name', ''],
  ])('start without a name or a version joins the surrounding run if %s', async (title, words) => {
    const ci = { GITHUB_REPOSITORY: 'acme/other', GITHUB_SHA: 'abc' };
    const program = newProgram(title.startsWith('a CI') ? { env: ci } : {});
    const inner = `id=$("$0" "$1" start ${words} --strict) || exit 9; [ "$id" = "$DEPLOYTRACK_RUN" ] || exit 8; exit 3`;
    const outer = ['run', '--deployment', 'app', '--version', '1', '--', 'sh', '-c', inner, ...program.words];
    expect((await program.run(outer)).code).toBe(3);
    expect(program.rows('SELECT deployment, version FROM deployment_metrics')).toEqual([
      { deployment: 'app', version: '1' },
    ]);
  });

  test('start without a name joins the surrounding run even if the ledger cannot be used', async () => {
    const program = newProgram({ ledger: '/proc/nowhere/l.db' });
    const inner = 'id=$("$0" "$1" start) || exit 9; [ "$id" = "$DEPLOYTRACK_RUN" ] || exit 8; exit 3';
    const outer = ['run', '--deployment', 'app', '--version', '1', '--', 'sh', '-c', inner, ...program.words];
    expect((await program.run(outer)).code).toBe(3);
  });

  test('start joins the surrounding run if both are given the same ID, as in a CI', async () => {
    const program = newProgram();
    const inner = '[ "$(d start --id ci/1 --version 3)" = "$DEPLOYTRACK_RUN" ] || exit 8; exit 3';
    const outer = ['run', '--id', 'ci/1', '--deployment', 'app', '--version', '3', '--', 'sh', '-c'];
    expect(await program.run([...outer, script(program, inner)])).toMatchObject({ code: 3, stderr: '' });
    expect(rows(program)).toHaveLength(1);
  });

  test('a nested run still runs its script if the row of the outer run cannot be read', async () => {
    const program = newProgram();
    const spoil = `sqlite3 ${program.ledger} "UPDATE deployment_metrics SET deployment_started_at = 'never'"`;
    const inner = `${spoil}; d run --deployment app --version 2 -- echo RAN`;
    expect((await program.run([...run, script(program, inner)])).stdout).toBe('RAN\n');
  });

  test('run uses the exit code of the script, and a trap inside still exits with its own code', async () => {
    const program = newProgram();
    const text =
      'd start --deployment app >/dev/null; d finish --on-exit 5 --error inner; echo "trap $?"; exit 0';
    expect(await program.run([...run, script(program, text)])).toMatchObject({
      code: 0,
      stdout: 'trap 5\n',
      stderr: '',
    });
    expect(rows(program)).toMatchObject([{ id: 'whole', status: 'success' }]);
  });

  test('run records the error given in a trap if the script failed', async () => {
    const program = newProgram();
    const text =
      'd start --deployment app >/dev/null; d finish --on-exit 5 --error "the disk was full"; exit 5';
    expect((await program.run([...run, script(program, text)])).code).toBe(5);
    expect(rows(program)).toMatchObject([{ status: 'failed', error: 'the disk was full' }]);
  });

  test('a nested run of the same deployment only runs its script', async () => {
    const program = newProgram();
    const inner = "d run --deployment app --version 2 -- sh -c 'echo $DEPLOYTRACK_ID'";
    const nested = `d run --deployment app -- ${program.words.join(' ')} run --deployment app -- true`;
    const end = await program.run([...run, script(program, `${inner} && ${nested}`)]);
    expect(end).toMatchObject({ code: 0, stdout: 'whole\n', stderr: '' });
    expect(rows(program)).toMatchObject([{ id: 'whole', status: 'success', error: null }]);
    expect(program.rows("SELECT sum(value) AS n FROM totals WHERE family = 'deployment_total'")).toEqual([
      { n: 1 },
    ]);
  });

  test.each([
    { text: 'exit 4', inner: '4' },
    { text: 'kill -TERM $$', inner: '143' },
  ])(
    'a nested run exits as its script does ($text), and the outer run decides the status',
    async ({ text, inner }) => {
      const program = newProgram();
      const nested = `d run --deployment app -- sh -c '${text}'; echo "inner $?"; exit 0`;
      expect(await program.run([...run, script(program, nested)])).toMatchObject({
        code: 0,
        stdout: `inner ${inner}\n`,
      });
      expect(rows(program)).toMatchObject([{ id: 'whole', status: 'success', error: null }]);
    },
  );

  test('phases of a nested run are recorded in the outer deployment', async () => {
    const program = newProgram();
    const phase = `${program.words.join(' ')} migrate -- true`;
    await program.quiet([...run, script(program, `d run --deployment app -- ${phase}`)]);
    expect(program.rows('SELECT deployment_id AS id, stage, late FROM deployment_stages')).toEqual([
      { id: 'whole', stage: 'migration', late: 0 },
    ]);
  });

  test.each([
    ['another deployment', ['--deployment', 'other', '--version', '9']],
    ['another environment', ['--deployment', 'app', '--environment', 'staging', '--version', '9']],
  ])('a nested run of %s is separate and gives a warning', async (_, words) => {
    const program = newProgram();
    const end = await program.run([...run, script(program, `d run ${words.join(' ')} -- true`)]);
    expect(end.code).toBe(0);
    expect(end.stderr).toMatch(/^deploytrack: warning: this run [^\n]*whole[^\n]*app\/production[^\n]*\n$/);
    expect(rows(program)).toHaveLength(2);
  });

  test('a nested run with its own ID is a separate deployment', async () => {
    const program = newProgram();
    await program.run([...run, script(program, 'd run --deployment app --version 2 --id inner -- true')]);
    expect(rows(program).map(({ id }) => id)).toEqual(['whole', 'inner']);
  });

  test('run in a script that already started a deployment starts another one, with a warning', async () => {
    const program = newProgram();
    const text =
      'export DEPLOYTRACK_ID=$(d start --deployment app --version 1); d run --deployment app --version 1 -- true; d finish';
    const end = await endOf(
      spawn('sh', ['-c', script(program, text)], { cwd: program.folder, env: program.env }),
    );
    expect(end.stderr).toContain('is still open as well');
    expect(rows(program)).toHaveLength(2);
  });

  test('run migrates an older ledger, as start does', async () => {
    const program = newProgram();
    const database = new Database(program.ledger);
    database.exec(firstSchemaSql);
    database.pragma(`application_id = ${applicationId}`);
    database.pragma('user_version = 1');
    database.close();
    await program.quiet([...run, 'true']);
    expect(rows(program)).toMatchObject([{ id: 'whole', status: 'success' }]);
  });

  test('start of another deployment inside run is separate and gives a warning', async () => {
    const program = newProgram();
    const text = 'ID=$(d start --deployment other --version 9); d finish --id $ID';
    const end = await program.run([...run, script(program, text)]);
    expect(end.stderr).toMatch(/^deploytrack: warning: [^\n]*whole[^\n]*app\/production[^\n]*\n$/);
    expect(rows(program)).toMatchObject([
      { id: 'whole', status: 'success' },
      { deployment: 'other', status: 'success' },
    ]);
  });

  test('a failed phase fails the deployment of run even if the script continues', async () => {
    const program = newProgram();
    await program.run([...run, script(program, 'd migrate -- sh -c "exit 3"; exit 0')]);
    expect(rows(program)).toMatchObject([{ status: 'failed', error: 'phase migration: exit code 3' }]);
  });
});
