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

/** A script that calls the program by its name, `d`. */
const script = (program: Program, text: string) => `d() { ${program.words.join(' ')} "$@"; }; ${text}`;

describe('run', () => {
  test.each<[string, { code: number | null; signal?: string }, { status: string; error: string | null }]>([
    ['exit 0', { code: 0 }, { status: 'success', error: null }],
    ['exit 3', { code: 3 }, { status: 'failed', error: 'exit code 3' }],
    ['kill -TERM $$', { code: null, signal: 'SIGTERM' }, { status: 'failed', error: 'SIGTERM' }],
  ])('of a script that does `%s` ends as it does, and records that', async (text, end, row) => {
    const program = newProgram();
    expect(await program.run([...run, text])).toMatchObject({ ...end, stdout: '', stderr: '' });
    expect(rows(program)).toMatchObject([{ id: 'whole', ...row }]);
  });

  test('of a command that does not exist is 127, and recorded', async () => {
    const program = newProgram();
    expect(
      (await program.run(['run', '--deployment', 'app', '--version', '1', '--', './no-such-script'])).code,
    ).toBe(127);
    expect(rows(program)).toMatchObject([
      { status: 'failed', error: expect.stringContaining('./no-such-script') },
    ]);
  });

  test('gives its id to the script, whose phases belong to it', async () => {
    const program = newProgram();
    const end = await program.run([...run, script(program, 'd extract -- true && echo $DEPLOYTRACK_ID')]);
    expect(end).toMatchObject({ code: 0, stdout: 'whole\n', stderr: '' });
    expect(program.rows('SELECT deployment_id AS id, stage FROM deployment_stages')).toEqual([
      { id: 'whole', stage: 'extract' },
    ]);
  });

  test('is joined by a start of the same deployment inside, whose finish adds words and closes nothing', async () => {
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
    ['nothing is said', ''],
    ['the environment is said', '--environment production'],
    ['a CI would say another name', ''],
  ])('is joined by a start without a name or a version where %s', async (title, words) => {
    const ci = { GITHUB_REPOSITORY: 'acme/other', GITHUB_SHA: 'abc' };
    const program = newProgram(title.startsWith('a CI') ? { env: ci } : {});
    const inner = `id=$("$0" "$1" start ${words} --strict) || exit 9; [ "$id" = "$DEPLOYTRACK_RUN" ] || exit 8; exit 3`;
    const outer = ['run', '--deployment', 'app', '--version', '1', '--', 'sh', '-c', inner, ...program.words];
    expect((await program.run(outer)).code).toBe(3);
    expect(program.rows('SELECT deployment, version FROM deployment_metrics')).toEqual([
      { deployment: 'app', version: '1' },
    ]);
  });

  test('is joined by a start without a name where the ledger cannot be used', async () => {
    const program = newProgram({ ledger: '/proc/nowhere/l.db' });
    const inner = 'id=$("$0" "$1" start) || exit 9; [ "$id" = "$DEPLOYTRACK_RUN" ] || exit 8; exit 3';
    const outer = ['run', '--deployment', 'app', '--version', '1', '--', 'sh', '-c', inner, ...program.words];
    expect((await program.run(outer)).code).toBe(3);
  });

  test('is joined by a start that was given its own id, as a CI gives it to both', async () => {
    const program = newProgram();
    const inner = '[ "$(d start --id ci/1 --version 3)" = "$DEPLOYTRACK_RUN" ] || exit 8; exit 3';
    const outer = ['run', '--id', 'ci/1', '--deployment', 'app', '--version', '3', '--', 'sh', '-c'];
    expect(await program.run([...outer, script(program, inner)])).toMatchObject({ code: 3, stderr: '' });
    expect(rows(program)).toHaveLength(1);
  });

  test('keeps no script inside from running where its own row cannot be read', async () => {
    const program = newProgram();
    const spoil = `sqlite3 ${program.ledger} "UPDATE deployment_metrics SET deployment_started_at = 'never'"`;
    const inner = `${spoil}; d run --deployment app --version 2 -- echo RAN`;
    expect((await program.run([...run, script(program, inner)])).stdout).toBe('RAN\n');
  });

  test('decides by the exit code of the script, and the trap inside still exits with its own', async () => {
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

  test('says the words of the trap inside where the script failed', async () => {
    const program = newProgram();
    const text =
      'd start --deployment app >/dev/null; d finish --on-exit 5 --error "the disk was full"; exit 5';
    expect((await program.run([...run, script(program, text)])).code).toBe(5);
    expect(rows(program)).toMatchObject([{ status: 'failed', error: 'the disk was full' }]);
  });

  test('is joined by a run of the same deployment inside, which only runs its script', async () => {
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
  ])('inside ends as its script does ($text), and the outer one decides', async ({ text, inner }) => {
    const program = newProgram();
    const nested = `d run --deployment app -- sh -c '${text}'; echo "inner $?"; exit 0`;
    expect(await program.run([...run, script(program, nested)])).toMatchObject({
      code: 0,
      stdout: `inner ${inner}\n`,
    });
    expect(rows(program)).toMatchObject([{ id: 'whole', status: 'success', error: null }]);
  });

  test('inside keeps its phases in the outer deployment', async () => {
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
  ])('leaves a run of %s inside its own, and that one says so', async (_, words) => {
    const program = newProgram();
    const end = await program.run([...run, script(program, `d run ${words.join(' ')} -- true`)]);
    expect(end.code).toBe(0);
    expect(end.stderr).toMatch(/^deploytrack: warning: this run [^\n]*whole[^\n]*app\/production[^\n]*\n$/);
    expect(rows(program)).toHaveLength(2);
  });

  test('inside with an id of its own is a deployment of its own', async () => {
    const program = newProgram();
    await program.run([...run, script(program, 'd run --deployment app --version 2 --id inner -- true')]);
    expect(rows(program).map(({ id }) => id)).toEqual(['whole', 'inner']);
  });

  test('in a script whose `start` opened a deployment is another one beside it, which is told', async () => {
    const program = newProgram();
    const text =
      'export DEPLOYTRACK_ID=$(d start --deployment app --version 1); d run --deployment app --version 1 -- true; d finish';
    const end = await endOf(
      spawn('sh', ['-c', script(program, text)], { cwd: program.folder, env: program.env }),
    );
    expect(end.stderr).toContain('is still open as well');
    expect(rows(program)).toHaveLength(2);
  });

  test('migrates an older ledger, as `start` does', async () => {
    const program = newProgram();
    const database = new Database(program.ledger);
    database.exec(firstSchemaSql);
    database.pragma(`application_id = ${applicationId}`);
    database.pragma('user_version = 1');
    database.close();
    await program.quiet([...run, 'true']);
    expect(rows(program)).toMatchObject([{ id: 'whole', status: 'success' }]);
  });

  test('leaves a start of another deployment inside its own, and that one says so', async () => {
    const program = newProgram();
    const text = 'ID=$(d start --deployment other --version 9); d finish --id $ID';
    const end = await program.run([...run, script(program, text)]);
    expect(end.stderr).toMatch(/^deploytrack: warning: [^\n]*whole[^\n]*app\/production[^\n]*\n$/);
    expect(rows(program)).toMatchObject([
      { id: 'whole', status: 'success' },
      { deployment: 'other', status: 'success' },
    ]);
  });

  test('judges the phases of its script: a failed one fails it, also where the script goes on', async () => {
    const program = newProgram();
    await program.run([...run, script(program, 'd migrate -- sh -c "exit 3"; exit 0')]);
    expect(rows(program)).toMatchObject([{ status: 'failed', error: 'phase migration: exit code 3' }]);
  });
});
