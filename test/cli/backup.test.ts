import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import Sqlite from 'better-sqlite3';
import { expect, onTestFinished, test, vi } from 'vitest';
import { because } from '../support/because.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { manyDeployments } from '../support/manyDeployments.ts';
import { endOf, newProgram, type Program, rowsOf, startDeployment } from '../support/program.ts';

vi.setConfig({ testTimeout: 60_000 });

async function deployed(program: Program, version = '1'): Promise<string> {
  const id = await program.quiet(['start', '--deployment', 'app', '--version', version]);
  await program.quiet(['phase', 'record', 'build', '--duration', '1s', '--id', id]);
  await program.quiet(['finish', '--id', id]);
  return id;
}

/** Files of the folder, without those that SQLite keeps next to the ledger. */
const filesIn = (folder: string) =>
  readdirSync(folder).filter((name) => !/^deployments\.db-(wal|shm)$/.test(name));

test('a backup is a verified copy that replaces the one of the night before, readable by its account only', async () => {
  const program = newProgram();
  await deployed(program);
  const folder = join(program.folder, 'backups');
  mkdirSync(folder);
  const file = join(folder, 'a.db');
  const end = await program.run(['backup', file]);
  expect(end).toMatchObject({ code: 0, stderr: '' });
  expect(end.stdout).toMatch(/^\S+a\.db: 1 deployment, newest mark 20\S+Z, [\d.]+ KiB\n$/);
  await deployed(program, '2');
  expect(await program.quiet(['backup', file])).toContain(': 2 deployments, ');
  expect(readdirSync(folder)).toEqual(['a.db']);
  expect(statSync(file).mode & 0o777).toBe(0o600);
  expect(rowsOf(file, { sql: 'PRAGMA journal_mode' })).toEqual([{ journal_mode: 'wal' }]);
  expect(rowsOf(file, { sql: 'SELECT ledger_id FROM ledger' })).toEqual(
    program.rows('SELECT ledger_id FROM ledger'),
  );
});

test('a backup contains marks that waited in the journal', async () => {
  const program = newProgram();
  const id = await startDeployment(program);
  const other = new Sqlite(program.ledger);
  other.exec('BEGIN IMMEDIATE');
  await program.run(['phase', 'start', 'waits', '--id', id, '--ledger-timeout', '20ms']);
  const locked = await program.run(['backup', join(program.folder, 'a.db'), '--ledger-timeout', '20ms']);
  other.exec('ROLLBACK');
  other.close();
  expect(locked.code).toBe(0);
  expect(locked.stderr).toContain('warning: the backup lacks 1 mark that waits in');
  await program.quiet(['backup', join(program.folder, 'a.db')]);
  expect(rowsOf(join(program.folder, 'a.db'), { sql: 'SELECT stage FROM deployment_stages' })).toEqual([
    { stage: 'waits' },
  ]);
});

test('what is not an older backup of the same ledger is not replaced, and nothing is written', async () => {
  const program = newProgram();
  const stranger = newProgram();
  await Promise.all([deployed(program), deployed(stranger)]);
  const at = (name: string) => join(program.folder, name);
  await stranger.quiet(['backup', at('other.db')]);
  writeFileSync(at('text'), 'notes');
  mkdirSync(at('folder'));
  await endOf(spawn('mkfifo', [at('fifo')]));
  await deployed(program, '2');
  await program.quiet(['backup', at('newer.db')]);
  const database = new Sqlite(at('newer.db'));
  database.exec("UPDATE sqlite_sequence SET seq = 99 WHERE name = 'deployment_metrics'");
  database.close();
  await program.quiet(['backup', at('open.db')]);
  writeFileSync(at('open.db-wal'), 'x');
  const strange = new Sqlite(at('strange.db'));
  strange.exec(`PRAGMA journal_mode = WAL; CREATE TABLE deployment_metrics (id INTEGER PRIMARY KEY AUTOINCREMENT);
    CREATE VIEW ledger AS WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x FROM n) SELECT x AS ledger_id FROM n WHERE x = 2`);
  strange.close();
  copyFileSync(at('strange.db'), at('posed.db'));
  const posed = new Sqlite(at('posed.db'));
  posed.pragma(`application_id = ${0x4454524b}`);
  posed.close();
  await program.quiet(['backup', at('damaged.db')]);
  writeFileSync(at('damaged.db'), readFileSync(at('damaged.db')).fill(0, 100, 8192));
  await program.quiet(['backup', at('locked.db')]);
  const lock = new Sqlite(at('locked.db'));
  lock.pragma('locking_mode = EXCLUSIVE');
  lock.prepare('SELECT 1 FROM ledger').get();
  const long = 'l'.repeat(253);
  writeFileSync(at(long), 'notes');
  const before = filesIn(program.folder);
  for (const [name, why] of [
    ['other.db', 'it is a backup of another ledger'],
    ['text', 'it exists and is not a backup of a ledger'],
    ['folder', 'it is a folder'],
    ['fifo', 'it is not a regular file'],
    ['deployments.db', 'it is the ledger itself'],
    ['deployments.db.journal', 'the ledger uses this name for itself'],
    ['deployments.db.repairing', 'the ledger uses this name for itself'],
    ['newer.db', 'it has newer deployments than the ledger'],
    ['open.db', 'open.db-wal exists'],
    ['missing/a.db', 'its folder does not exist'],
    ['strange.db', 'it exists and is not a backup of a ledger'],
    ['posed.db', 'it exists and is not a backup of a ledger'],
    ['damaged.db', 'it is a damaged backup'],
    ['locked.db', 'another program has it open'],
    [long, 'ENAMETOOLONG'],
  ] as const) {
    const end = await program.run(['backup', at(name)]);
    expect([name, end.code, end.stdout]).toEqual([name, 1, '']);
    expect(end.stderr).toContain(`error: no backup was written to ${at(name)}: `);
    expect(end.stderr).toContain(why);
  }
  expect(readFileSync(at('text'), 'utf8')).toBe('notes');
  expect(filesIn(program.folder)).toEqual(before);
  lock.close();
});

test.skipIf(because(process.getuid?.() !== 0, 'not root'))(
  'a backup follows a link of its own account, and refuses one that another account created',
  async () => {
    const program = newProgram();
    await deployed(program);
    const at = (name: string) => join(program.folder, name);
    symlinkSync('real.db', at('link.db'));
    await program.quiet(['backup', at('link.db')]);
    expect(statSync(at('real.db')).size).toBeGreaterThan(4096);
    symlinkSync('trap', at('foreign.db'));
    await endOf(spawn('chown', ['-h', '54321', at('foreign.db')]));
    const end = await program.run(['backup', at('foreign.db')]);
    expect([end.code, existsSync(at('trap'))]).toEqual([1, false]);
    expect(end.stderr).toContain('it is a link of another account');
  },
);

test.skipIf(because(process.getuid?.() !== 0, 'not root'))(
  'a folder of another account with the name of what a killed backup leaves is not removed',
  async () => {
    const program = newProgram();
    await deployed(program);
    const [own, foreign] = ['own', 'foreign'].map((end) => join(program.folder, `.a.db.part-4194305-${end}`));
    for (const folder of [own, foreign]) mkdirSync(String(folder), { mode: 0o700 });
    chownSync(String(foreign), 54_321, 54_321);
    await program.quiet(['backup', join(program.folder, 'a.db')]);
    expect([own, foreign].map((folder) => existsSync(String(folder)))).toEqual([false, true]);
  },
);

test.skipIf(because(process.getuid?.() !== 0, 'not root'))(
  'an account that can only read the ledger can back it up, and see what prune would delete',
  async () => {
    const program = newProgram();
    await deployed(program);
    const own = join(program.folder, 'own');
    mkdirSync(own);
    chownSync(own, 54_321, 54_321);
    chmodSync(program.folder, 0o755);
    chmodSync(program.ledger, 0o644);
    const reader = { uid: 54_321, env: { HOME: own, XDG_RUNTIME_DIR: own } };
    expect(await program.quiet(['backup', join(own, 'a.db')], reader)).toContain(': 1 deployment, ');
    expect(await program.quiet(['prune', '--keep', '1d', '--dry-run'], reader)).toContain(
      'nothing to delete',
    );
    expect(filesIn(own)).toEqual(['a.db']);
  },
);

test('without a ledger backup fails, and writes nothing', async () => {
  const program = newProgram();
  const end = await program.run(['backup', join(program.folder, 'a.db')]);
  expect([end.code, existsSync(join(program.folder, 'a.db'))]).toEqual([1, false]);
  expect(end.stderr).toContain('there is no ledger at');
});

test('a backup on a disk that is full fails, and leaves the older one', async () => {
  const program = await manyDeployments(200);
  const file = join(program.folder, 'a.db');
  await program.quiet(['backup', file]);
  const [before, names] = [readFileSync(file), filesIn(program.folder)];
  const words = ['-c', 'ulimit -f 40; exec "$@"', 'bash', ...program.words, 'backup', file];
  const end = await endOf(spawn('bash', words, { cwd: program.folder, env: program.env }));
  expect(end.code).toBe(1);
  expect(end.stderr).toContain(`no backup was written to ${file}: `);
  expect(readFileSync(file).equals(before)).toBe(true);
  expect(filesIn(program.folder)).toEqual(names);
});

test('a backup that is ended leaves the older one and nothing else; what a killed one left, the next removes', async () => {
  const program = await manyDeployments(8000);
  const file = join(program.folder, 'a.db');
  writeFileSync(file, '');
  const part = () => readdirSync(program.folder).find((name) => name.startsWith('.a.db.part-'));
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    const child = program.spawn(['backup', file]);
    await eventually(part, { what: 'a part', everyMs: 1 });
    child.kill(signal);
    expect((await endOf(child)).signal).toBe(signal);
    expect([statSync(file).size, part() === undefined]).toEqual([0, signal === 'SIGTERM']);
  }
  await program.quiet(['backup', file]);
  expect(part()).toBeUndefined();
});

test('a backup while four processes record marks is whole, and holds up none of them', async () => {
  const program = await manyDeployments(3000);
  const ids = await Promise.all([1, 2, 3, 4].map((n) => startDeployment(program, '--environment', `e${n}`)));
  const writers = ids.map(async (id) => {
    for (let n = 0; n < 3; n += 1)
      await program.quiet(['phase', 'record', `p${n}`, '--duration', '1s', '--id', id]);
  });
  const file = join(program.folder, 'a.db');
  for (let n = 0; n < 2; n += 1) {
    await program.quiet(['backup', file]);
    expect(rowsOf(file, { sql: 'PRAGMA integrity_check' })).toEqual([{ integrity_check: 'ok' }]);
  }
  await Promise.all(writers);
  expect(program.rows("SELECT count(*) AS n FROM deployment_stages WHERE stage LIKE 'p_'")).toEqual([
    { n: 12 },
  ]);
  expect(program.journals()).toBe('');
});

test('after a restore no total on the gateway falls, and a backup with deployments that are lost is not replaced', async () => {
  const gateway = await startGateway();
  onTestFinished(() => gateway.stop());
  const program = newProgram({ env: { PUSHGATEWAY_URL: gateway.url, DEPLOYTRACK_GATEWAY_TIMEOUT: '10s' } });
  const total = () => gateway.value('deployment_total', { status: 'success' });
  await deployed(program);
  const file = join(program.folder, 'a.db');
  await program.quiet(['backup', file]);
  const lost = await deployed(program, '2');
  const newer = join(program.folder, 'newer.db');
  await program.quiet(['backup', newer]);
  expect(await total()).toBe(2);
  for (const end of ['', '-wal', '-shm']) rmSync(program.ledger + end, { force: true });
  copyFileSync(file, program.ledger);
  await program.quiet(['push']);
  expect(await total()).toBe(2);
  await deployed(program, '3');
  expect(await total()).toBe(3);
  expect(program.rows('PRAGMA journal_mode')).toEqual([{ journal_mode: 'wal' }]);
  const refused = await program.run(['backup', newer]);
  expect([
    refused.code,
    refused.stderr.includes(`it has the deployment ${JSON.stringify(lost)}, which the`),
  ]).toEqual([1, true]);
});

test('counts that a backup had and the gateway got later are not added again after a restore, and no mark lowers a total', async () => {
  const gateway = await startGateway();
  onTestFinished(() => gateway.stop());
  const program = newProgram({ env: { PUSHGATEWAY_URL: gateway.url, DEPLOYTRACK_GATEWAY_TIMEOUT: '10s' } });
  const total = () => gateway.value('smoke_test_total', { status: 'success' });
  const smoke = (env = {}) => program.quiet(['smoke', 'login', '--passed', '--id', 'one'], { env });
  await program.quiet(['start', '--deployment', 'app', '--id', 'one', '--version', '1']);
  await smoke({ PUSHGATEWAY_URL: '' });
  const file = join(program.folder, 'a.db');
  await program.quiet(['backup', file]);
  await smoke();
  await smoke();
  expect(await total()).toBe(3);
  for (const end of ['', '-wal', '-shm']) rmSync(program.ledger + end, { force: true });
  copyFileSync(file, program.ledger);
  await smoke();
  expect(await total()).toBe(3);
  await program.quiet(['push']);
  expect(await total()).toBe(4);
});
