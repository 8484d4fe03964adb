import { readdirSync, readFileSync } from 'node:fs';
import Sqlite from 'better-sqlite3';
import { expect, test, vi } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { manyDeployments } from '../support/manyDeployments.ts';
import { endOf, newProgram, type Program, startDeployment } from '../support/program.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Shifts all deployments into the past. */
function age(program: Program, days: number): void {
  const database = new Sqlite(program.ledger);
  const earlier = (column: string) =>
    `${column} = strftime('%Y-%m-%dT%H:%M:%fZ', ${column}, '-${days} days')`;
  database.exec(
    `UPDATE deployment_metrics SET ${earlier('deployment_started_at')}, ${earlier('deployment_completed_at')} WHERE deployment_completed_at IS NOT NULL`,
  );
  database.close();
}

const textOf = (program: Program) => program.run(['push', '--dry-run']).then(({ stdout }) => stdout);
const countOf = (program: Program) =>
  program.rows('SELECT count(*) AS n FROM deployment_metrics')[0]?.n as number;

test('prune needs an age of at least a day, and help has an example', async () => {
  const program = newProgram();
  const missing = await program.run(['prune']);
  expect([missing.code, missing.stderr]).toEqual([
    2,
    'deploytrack: error: prune: missing --keep\ndeploytrack: hint: use for example --keep 400d\n',
  ]);
  const short = await program.run(['prune', '--keep', '0s']);
  expect(short.code).toBe(2);
  expect(short.stderr).toContain('invalid duration "0s" for --keep; expected at least 1d');
  expect(await program.quiet(['prune', '--help'])).toContain('deploytrack prune --keep 400d --dry-run');
});

test('without a ledger prune says so and creates none', async () => {
  const program = newProgram();
  for (const words of [[], ['--dry-run']]) {
    const end = await program.run(['prune', '--keep', '400d', ...words]);
    expect(end.code).toBe(0);
    expect(end.stderr).toContain('there is no ledger at');
  }
  expect(readdirSync(program.folder).filter((name) => name.startsWith('deployments'))).toEqual([]);
});

test('a dry run says what prune does and changes no byte; prune changes no metric', async () => {
  const program = await manyDeployments(300);
  age(program, 500);
  const files = () => readFileSync(program.ledger).toString('base64');
  const [before, text] = [files(), await textOf(program)];
  const dry = await program.quiet(['prune', '--keep', '400d', '--dry-run']);
  expect(dry).toMatch(
    /^would delete 290 deployments that ended from \S+Z to \S+Z, and free about [\d.]+ KiB\n/,
  );
  expect(files()).toBe(before);
  expect(countOf(program)).toBe(300);
  const done = JSON.parse(await program.quiet(['prune', '--keep', '400d', '--json']));
  expect(done).toMatchObject({ dry_run: false, keep_seconds: 34_560_000, deleted: { deployments: 290 } });
  expect(done.freed_bytes).toBeGreaterThan(10_000);
  expect(done.not_deleted).toEqual({ metrics: 8, newest: 1, successful: 1 });
  expect(await textOf(program)).toBe(text);
  expect(countOf(program)).toBe(10);
  expect(await program.quiet(['prune', '--keep', '400d'])).toContain('nothing to delete');
});

test('on a host whose newest mark is old, or whose clock is ahead, prune keeps what the newest mark keeps', async () => {
  const program = newProgram();
  await program.quiet(['run', '--deployment', 'app', '--version', '1', '--', 'true']);
  age(program, 500);
  const [at] = program.rows('SELECT deployment_completed_at AS ended FROM deployment_metrics');
  for (const words of [['--dry-run'], []]) {
    const said = JSON.parse(await program.quiet(['prune', '--keep', '400d', '--json', ...words]));
    const back = Date.parse(said.counted_from) - Date.parse(said.ended_before);
    expect([said.counted_from, back, said.not_deleted]).toEqual([at?.ended, 400 * 86_400_000, {}]);
  }
});

test('marks that are imported after their deployment was pruned do not count again', async () => {
  const program = await manyDeployments(20);
  await program.quiet(['start', '--deployment', 'shop', '--version', '9', '--id', 'old']);
  await program.quiet(['phase', 'record', 'build', '--duration', '3s', '--id', 'old']);
  // Another copy of the ledger exports them: this one does not note that it was done.
  await program.quiet(['backup', `${program.folder}/copy.db`]);
  const exported = `${program.folder}/marks.jsonl`;
  await program.quiet(['export', '--id', 'old', '--out', exported], {
    env: { DEPLOYTRACK_LEDGER: `${program.folder}/copy.db` },
  });
  await program.quiet(['finish', '--id', 'old']);
  age(program, 500);
  const database = new Sqlite(program.ledger);
  database.exec(`UPDATE deployment_metrics SET deployment_started_at = '2020-01-01T00:00:00.000Z',
    deployment_completed_at = '2020-01-01T00:00:01.000Z', deployment_status = deployment_status WHERE deployment_id = 'old'`);
  database.close();
  const text = await textOf(program);
  await program.quiet(['prune', '--keep', '400d']);
  expect(program.rows("SELECT 1 FROM deployment_metrics WHERE deployment_id = 'old'")).toEqual([]);
  const end = await program.run(['import', exported]);
  expect([end.code, end.stderr]).toEqual([
    0,
    'deploytrack: imported 0 marks and 0 finished deployments, 2 already known\n',
  ]);
  expect(await textOf(program)).toBe(text);
});

test('while four processes record marks, none is lost or waits in a journal; a killed prune leaves whole deployments', async () => {
  const program = await manyDeployments(4000);
  age(program, 500);
  const ids = await Promise.all([1, 2, 3, 4].map((n) => startDeployment(program, '--environment', `e${n}`)));
  const total = countOf(program);
  const first = program.spawn(['prune', '--keep', '400d']);
  await eventually(() => (countOf(program) < total - 200 ? true : undefined), {
    what: 'deleted rows',
    everyMs: 5,
  });
  first.kill('SIGKILL');
  expect((await endOf(first)).signal).toBe('SIGKILL');
  for (const table of ['deployment_stages', 'health_verifications'])
    expect(
      program.rows(
        `SELECT count(*) AS n FROM ${table} WHERE deployment_id NOT IN (SELECT deployment_id FROM deployment_metrics)`,
      ),
    ).toEqual([{ n: 0 }]);
  expect(program.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
  const second = program.run(['prune', '--keep', '400d']);
  let recorded = 0;
  const writers = ids.map(async (id) => {
    for (let n = 0; n < 4; n += 1) {
      await program.quiet(['phase', 'record', `p${n}`, '--duration', '1s', '--id', id]);
      recorded += 1;
    }
  });
  await Promise.all(writers);
  expect((await second).stdout).toMatch(/^deleted \d+ deployments/);
  expect(program.rows("SELECT count(*) AS n FROM deployment_stages WHERE stage LIKE 'p_'")).toEqual([
    { n: recorded },
  ]);
  expect(program.journals()).toBe('');
  expect(countOf(program)).toBe(14);
});
