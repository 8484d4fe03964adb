import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { newProgram, type Program } from '../support/program.ts';

vi.setConfig({ testTimeout: 60_000 });

const id = { DEPLOYTRACK_ID: 'run-1-1' };
const job = () => newProgram({ env: id });

async function carried(from: Program): Promise<string> {
  const file = join(from.folder, 'marks.jsonl');
  await from.quiet(['export', '--id', 'run-1-1', '--out', file]);
  return file;
}

const start = ['start', '--id', 'run-1-1', '--deployment', 'shop', '--version', '2'];
const counted = (program: Program) =>
  program.rows('SELECT family, labels, part, value FROM totals WHERE value > 0 ORDER BY 1, 2, 3');

/** The first job starts the deployment, the second knows only its ID. */
async function twoJobs() {
  const [first, second] = [job(), job()];
  await first.quiet(start);
  await first.quiet(['phase', 'run', 'build', 'true']);
  await first.quiet(['phase', 'start', 'deploy']);
  await first.quiet(['phase', 'end', 'deploy']);
  await second.run(['smoke', 'log in', 'true']);
  await second.run(['migrate', '--count', '3', 'true']);
  return [await carried(first), await carried(second)] as const;
}

describe('Marks from several jobs', () => {
  test('marks of several jobs are merged once, in any order, in the ledger that finishes the deployment', async () => {
    const [first, second] = await twoJobs();
    const last = job();
    expect((await last.run(['import', second])).stderr).toContain(
      'imported 2 marks and 0 finished deployments',
    );
    await last.run(['import', second, first]);
    expect((await last.run(['import', first, second])).stderr).toContain('6 already known');
    await last.quiet(['finish']);
    const before = counted(last);
    expect(JSON.parse(await last.quiet(['show', '--json']))).toMatchObject({
      status: 'success',
      phases: [{ stage: 'build' }, { stage: 'deploy' }, { stage: 'migration', migration_count: 3 }],
      smoke_tests: [{ test: 'log in', success: true }],
    });
    expect((await last.run(['import', first, second])).code).toBe(0);
    expect(counted(last)).toEqual(before);
  });

  test.each([
    ['azure\tarc', 'azure arc'],
    ['\u05d0\u200f', '\u05d0\u200f'],
  ])('an exported start keeps the free-form text it was given: %j', async (method, kept) => {
    const first = job();
    await first.quiet([...start, '--method', method]);
    const last = job();
    expect((await last.run(['import', await carried(first)])).stderr).toContain('imported 1 mark');
    await last.quiet(['finish']);
    const columns = 'deployment, deployment_method AS method, deployment_status AS status';
    expect(last.rows(`SELECT ${columns} FROM deployment_metrics`)).toEqual([
      { deployment: 'shop', method: kept, status: 'success' },
    ]);
  });

  test('marks imported into the ledger they came from are already known', async () => {
    const first = job();
    await first.quiet(start);
    await first.quiet(['phase', 'run', 'build', 'true']);
    const file = await carried(first);
    await first.quiet(['finish']);
    const before = counted(first);
    expect((await first.run(['import', file])).stderr).toContain('2 already known');
    expect(counted(first)).toEqual(before);
    expect(first.rows('SELECT count(*) AS runs FROM deployment_stages')).toEqual([{ runs: 1 }]);
  });

  test('a finish from a job that knew only the ID is exported and imported', async () => {
    const [first, second] = [job(), job()];
    await first.quiet(start);
    await second.run(['finish', '--exit-code', '3', '--notes', 'by hand']);
    const last = job();
    await last.run(['import', await carried(first), await carried(second)]);
    expect(last.rows('SELECT deployment_status AS status, notes FROM deployment_metrics')).toEqual([
      { status: 'failed', notes: 'by hand' },
    ]);
  });

  test('an export leaves out the processes of its machine', async () => {
    const first = job();
    await first.quiet(start);
    const last = job();
    await last.run(['import', await carried(first)]);
    expect(last.rows('SELECT * FROM processes')).toEqual([]);
    expect(first.rows('SELECT count(*) AS processes FROM processes')).toEqual([{ processes: 1 }]);
  });

  test('marks are imported from the lines of a log', async () => {
    const first = job();
    await first.quiet(start);
    const lines = readFileSync(await carried(first), 'utf8')
      .trim()
      .split('\n');
    const log = join(first.folder, 'log.txt');
    writeFileSync(
      log,
      `2026-01-14 hello\n${lines.map((line) => `2026-01-14T18:45:00Z deploytrack-mark: ${line}`).join('\n')}\nbye\n`,
    );
    const last = job();
    expect((await last.run(['import', log])).stderr).toContain('imported 1 mark and 0');
    expect((await last.run(['import', '-'], { stdin: readFileSync(log, 'utf8') })).stderr).toContain(
      '1 already known',
    );
  });
});

describe('Imported finished deployments', () => {
  async function finished() {
    const first = job();
    await first.quiet(start);
    await first.run(['phase', 'run', 'build', 'false']);
    await first.quiet(['cost', 'compute', '2']);
    await first.quiet(['finish']);
    return { first, file: await carried(first) };
  }

  test('an imported finished deployment appears with its original data and is in no total', async () => {
    const { first, file } = await finished();
    const other = job();
    await other.run(['import', file]);
    const told = async (program: Program) => JSON.parse(await program.quiet(['show', '--json']));
    const { host: _, ...before } = await told(first);
    expect(await told(other)).toMatchObject(before);
    expect(counted(other)).toEqual([]);
    expect((await other.run(['import', file])).code).toBe(0);
    expect(other.rows('SELECT count(*) AS stages FROM deployment_stages')).toEqual([{ stages: 1 }]);
  });

  test('a second import of a finished deployment adds what was recorded after its end', async () => {
    const { first, file } = await finished();
    const other = job();
    await other.run(['import', file]);
    await first.quiet(['rollback', '--reason', 'manual', '--to', '1']);
    await other.run(['import', await carried(first)]);
    expect(JSON.parse(await other.quiet(['show', '--json'])).rollbacks).toMatchObject([{ to_version: '1' }]);
  });

  test('an imported deployment never replaces one that was finished in this ledger', async () => {
    const { file } = await finished();
    const other = job();
    await other.quiet([...start, '--notes', 'own']);
    await other.quiet(['finish']);
    const before = counted(other);
    expect((await other.run(['import', file])).stderr).toContain('1 already known');
    expect(other.rows('SELECT notes FROM deployment_metrics')).toEqual([{ notes: 'own' }]);
    expect(counted(other)).toEqual(before);
  });

  test('the version of an imported deployment is the previous version of the next one', async () => {
    const first = job();
    await first.quiet(start);
    await first.quiet(['finish']);
    const other = job();
    await other.run(['import', await carried(first)]);
    await other.quiet(['start', '--id', 'next', '--deployment', 'shop', '--version', '3']);
    expect(
      other.rows("SELECT previous_version AS previous FROM deployment_metrics WHERE deployment_id = 'next'"),
    ).toEqual([{ previous: '2' }]);
  });
});

describe('Invalid imports and exports', () => {
  test.each([
    ['{"kind":"deployment","deploymentId":"x","rows":{}}', 'no row of a finished deployment'],
    [
      '{"kind":"deployment","deploymentId":"x","rows":{"deployment_metrics":[{"deployment_id":"x","deployment_status":"success","version":"1","deployment_started_at":"soon"}]}}',
      'deployment_started_at is "soon"; expected a time',
    ],
    ['{"kind":"moon","markId":"m","deploymentId":"x","at":{"wallMs":1}}', 'unknown kind of mark "moon"'],
    ['{"kind":"smoke","markId":"m","deploymentId":"x","at":{"wallMs":1}}', 'was rejected'],
    ['{"half":', 'neither a mark nor a deployment'],
  ])('%s is rejected with its line number, and the other lines are imported', async (line, why) => {
    const first = job();
    await first.quiet(start);
    const file = await carried(first);
    writeFileSync(file, `${line}\n${readFileSync(file, 'utf8')}`);
    const other = job();
    const end = await other.run(['import', file]);
    expect(end.code).toBe(1);
    expect(end.stderr).toContain(why);
    expect(end.stderr).toContain('imported 1 mark and 0 finished deployments, 1 rejected');
    expect(other.rows('SELECT deployment_id AS id FROM deployment_metrics')).toEqual([{ id: 'run-1-1' }]);
  });

  test('a missing file or one without marks is an error with exit code 1', async () => {
    const other = job();
    writeFileSync(join(other.folder, 'notes.txt'), 'hello\n');
    expect(await other.run(['import', 'notes.txt'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('no marks and no deployments found'),
    });
    expect(await other.run(['import', 'none.txt'])).toMatchObject({
      code: 1,
      stderr: 'deploytrack: error: none.txt cannot be read (ENOENT)\n',
    });
    expect((await other.run(['import'])).code).toBe(2);
  });

  test('an export that cannot be written leaves no file, and an unknown ID is reported', async () => {
    const first = job();
    await first.quiet(start);
    expect(await first.run(['export', '--out', 'no/such/folder.jsonl'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('ENOENT'),
    });
    expect(await first.run(['export', '--id', 'other', '--out', 'a.jsonl'])).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('deployment other not found'),
    });
    expect(existsSync(join(first.folder, 'a.jsonl'))).toBe(false);
    expect(await newProgram().run(['export'])).toMatchObject({
      code: 0,
      stdout: '',
      stderr: expect.stringContaining('there is no ledger'),
    });
  });
});
