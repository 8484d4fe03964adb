import {
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, test, vi } from 'vitest';
import { openLedger } from '../../src/ledger/file/open.ts';
import { exchangeSteps } from '../../src/ledger/repair/exchange.ts';
import { lockOut } from '../../src/ledger/repair/lockOut.ts';
import { repairLedger } from '../../src/ledger/repair/repairLedger.ts';
import { because } from '../support/because.ts';
import { fakeContext } from '../support/context.ts';
import { endOf, newProgram, type Program } from '../support/program.ts';
import { overwrite } from './damage.ts';
import { copyLedger, filledLedger, readableRows } from './filledLedger.ts';

vi.setConfig({ testTimeout: 60_000 });

const timeoutMs = 200;
const context = fakeContext();
const repair = (path: string) => repairLedger(context, { path, timeoutMs });
const problem = (path: string) =>
  repair(path).then(
    () => 'repaired',
    (error: { code: string; message: string; hint?: string }) => error,
  );
const root = process.getuid?.() === 0;

/** A program whose ledger is damaged: zeros over the beginning of the table of phases, and an open deployment. */
function damagedProgram(): { program: Program; rows: Set<string> } {
  const program = newProgram();
  const world = filledLedger(4);
  copyLedger(world.path, program.ledger);
  const whole = new SqliteDatabase(program.ledger);
  whole.pragma('wal_checkpoint(TRUNCATE)');
  const page = whole.prepare("SELECT rootpage FROM sqlite_master WHERE name = 'stage_by_name'").pluck();
  const root = page.get() as number;
  whole.close();
  const rows = readableRows(program.ledger);
  overwrite(program.ledger, (root - 1) * 4096, Buffer.alloc(4096));
  return { program, rows };
}

const filesIn = (program: Program) =>
  Object.fromEntries(
    readdirSync(dirname(program.ledger))
      .filter((name) => /deployments\.db/.test(name) && !name.endsWith('-shm'))
      .map((name) => [name, readFileSync(join(dirname(program.ledger), name), 'base64')]),
  );

describe('Command `doctor --repair`', () => {
  test('a sound ledger is not changed', async () => {
    const program = newProgram();
    copyLedger(filledLedger(3).path, program.ledger);
    const before = filesIn(program);
    expect(await repair(program.ledger)).toEqual({ outcome: 'sound' });
    expect(filesIn(program)).toEqual(before);
    const { stdout } = await program.run(['doctor', '--repair']);
    expect(stdout.split('\n')[0]).toBe(`ledger ${program.ledger}: nothing to repair`);
  });

  test('without a ledger it says so and creates none', async () => {
    const program = newProgram();
    const end = await program.run(['doctor', '--repair']);
    expect([end.code, existsSync(program.ledger)]).toEqual([1, false]);
    expect(end.stderr).toMatch(/^deploytrack: error: there is no ledger at /);
  });

  test('a damaged ledger is repaired, its files are set aside, and the report names them', async () => {
    const { program, rows } = damagedProgram();
    const before = readFileSync(program.ledger);
    const { stdout } = await program.run(['doctor', '--repair']);
    const aside = /set aside as (\S+);/.exec(stdout)?.[1] ?? '';
    expect(aside).toMatch(/deployments\.db\.damaged-\d{8}T\d{6}Z$/);
    expect(readFileSync(aside).equals(before)).toBe(true);
    expect(stdout).toMatch(/deployment_metrics: 4 rows saved\n/);
    expect(stdout).toMatch(/WRONG|ok {3}/);
    expect([...readableRows(program.ledger)].sort()).toEqual([...rows].sort());
  });

  test.each([
    ['a text file', (path: string) => writeFileSync(path, 'precious\n'.repeat(1000)), 'LEDGER_NOT_OURS'],
    [
      'the database of another program',
      (path: string) =>
        new SqliteDatabase(path).exec('CREATE TABLE precious (a); PRAGMA application_id = 7').close(),
      'LEDGER_NOT_OURS',
    ],
    ['random bytes', (path: string) => writeFileSync(path, Buffer.alloc(50_000, 0x5a)), 'LEDGER_NOT_OURS'],
    [
      'a ledger of a newer version',
      (path: string) => {
        copyLedger(filledLedger(2).path, path);
        const database = new SqliteDatabase(path);
        database.pragma('user_version = 99');
        database.close();
        overwrite(path, 8192, Buffer.alloc(4096));
      },
      'LEDGER_NEWER',
    ],
  ])('%s is refused and left untouched', async (_, make, code) => {
    const program = newProgram();
    make(program.ledger);
    const before = filesIn(program);
    expect(await problem(program.ledger)).toMatchObject({
      code,
      message: expect.stringContaining('untouched'),
      hint: expect.any(String),
    });
    expect(filesIn(program)).toEqual(before);
  });

  test.skipIf(because(!root, 'not root'))(
    'a ledger of another account and a link of another account are refused',
    async () => {
      const { program } = damagedProgram();
      const before = filesIn(program);
      chownSync(program.ledger, 54321, 54321);
      expect(await problem(program.ledger)).toMatchObject({
        message: expect.stringContaining('another account'),
      });
      expect(filesIn(program)).toEqual(before);
    },
  );

  test('a ledger that another process has open is refused with the name of that process, and left untouched', async () => {
    const { program } = damagedProgram();
    const script = `const d = new (require('better-sqlite3'))(process.argv[1]); d.pragma('user_version'); console.log('open'); setInterval(() => {}, 1000);`;
    const { spawn } = await import('node:child_process');
    const child = spawn(process.execPath, ['-e', script, program.ledger], { cwd: process.cwd() });
    await new Promise((resolve) => child.stdout.once('data', resolve));
    const before = filesIn(program);
    expect(await problem(program.ledger)).toMatchObject({
      code: 'LEDGER_BUSY',
      message: expect.stringContaining(`process ${child.pid}; it was left untouched`),
    });
    expect(filesIn(program)).toEqual(before);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('exit', resolve));
    expect(await repair(program.ledger)).toMatchObject({ outcome: 'repaired' });
  });

  test('marks made while the ledger is locked go to the journal and are imported into the repaired one', async () => {
    const { program } = damagedProgram();
    const folder = join(program.folder, 'own');
    mkdirSync(folder);
    const locked = await lockOut(context, { path: program.ledger, folder, timeoutMs });
    const marks = ['one', 'two'].map((stage) =>
      program.run(['phase', 'record', stage, '--duration', '1s', '--id', 'd-3', '--ledger-timeout', '50ms']),
    );
    for (const { code, stderr } of await Promise.all(marks)) {
      expect(code).toBe(0);
      expect(stderr.match(/deploytrack: warning: /g)).toHaveLength(1);
      expect(stderr).toContain('the mark was saved to');
    }
    locked?.close();
    expect(program.journals().trimEnd().split('\n')).toHaveLength(2);
    expect(await repair(program.ledger)).toMatchObject({ outcome: 'repaired' });
    await program.run(['finish', '--id', 'd-3']);
    expect(
      program.rows("SELECT stage FROM deployment_stages WHERE stage IN ('one', 'two') ORDER BY stage"),
    ).toEqual([{ stage: 'one' }, { stage: 'two' }]);
  });
});

describe('An interrupted repair', () => {
  /** The state just after the repaired ledger was made, and before anything was moved. */
  async function ready(): Promise<{ program: Program; rows: Set<string>; damaged: Buffer }> {
    const { program, rows } = damagedProgram();
    const damaged = readFileSync(program.ledger);
    const { damagedPath } = (await repair(program.ledger)) as { damagedPath: string };
    const folder = `${program.ledger}.repairing`;
    mkdirSync(folder, { mode: 0o700 });
    renameSync(program.ledger, join(folder, 'ledger.db'));
    writeFileSync(join(folder, 'damaged-path'), damagedPath);
    renameSync(damagedPath, program.ledger);
    return { program, rows, damaged };
  }

  test('it is continued by the next repair after each of its steps, and no command uses the ledger before', async () => {
    for (let done = 0; done < 7; done += 1) {
      const { program, rows, damaged } = await ready();
      for (const step of exchangeSteps(program.ledger).slice(0, done)) step();
      if (done === 0) {
        const mark = await program.run(['phase', 'record', 'late', '--duration', '1s', '--id', 'd-3']);
        expect(mark.stderr).toMatch(
          /its repair has not been finished; the mark was saved to \S+;.*\n.*doctor --repair/,
        );
      }
      const result = await repair(program.ledger);
      expect(result.outcome).toBe('finished');
      const { damagedPath } = result as { damagedPath: string };
      expect([done, readFileSync(damagedPath).equals(damaged)]).toEqual([done, true]);
      expect([...readableRows(program.ledger)].sort()).toEqual([...rows].sort());
      const names = readdirSync(dirname(program.ledger)).filter((name) => name.includes('repairing'));
      expect(names).toEqual([]);
    }
  });

  test('a repair that is killed at any moment leaves the old ledger or the new one, and the next repair ends it', async () => {
    for (let afterMs = 100; afterMs <= 450; afterMs += 50) {
      const { program, rows } = damagedProgram();
      const child = program.spawn(['doctor', '--repair']);
      const timer = setTimeout(() => child.kill('SIGKILL'), afterMs);
      await endOf(child);
      clearTimeout(timer);
      await repair(program.ledger);
      expect([...readableRows(program.ledger)].sort()).toEqual([...rows].sort());
      const names = readdirSync(dirname(program.ledger)).filter((name) => name.includes('repairing'));
      expect(names).toEqual([]);
      expect(new SqliteDatabase(program.ledger).pragma('integrity_check', { simple: true })).toBe('ok');
    }
  });
});

describe('A folder with the name of a ready repair', () => {
  test('that no repair has created is named, and not taken for a repair', async () => {
    const { program } = damagedProgram();
    mkdirSync(`${program.ledger}.repairing`);
    expect(await problem(program.ledger)).toMatchObject({
      code: 'LEDGER_UNUSABLE',
      message: expect.stringContaining(`${program.ledger}.repairing exists, and no repair has created it`),
    });
  });

  test.skipIf(because(!root, 'not root'))('of another account keeps no mark out of the ledger', () => {
    const path = join(newProgram().folder, 'a.db');
    copyLedger(filledLedger(2).path, path);
    mkdirSync(`${path}.repairing`);
    expect(() => openLedger(path)).toThrow(expect.objectContaining({ code: 'LEDGER_BUSY' }));
    chownSync(`${path}.repairing`, 65_534, 65_534);
    openLedger(path)?.close();
  });

  test('is finished also if the ledger has no file: it was moved on a disk without hard links', async () => {
    const { program } = damagedProgram();
    const path = program.ledger;
    mkdirSync(`${path}.repairing`);
    copyLedger(filledLedger(3).path, `${path}.repairing/ledger.db`);
    writeFileSync(`${path}.repairing/damaged-path`, `${path}.damaged`);
    renameSync(path, `${path}.damaged`);
    expect(await repair(path)).toEqual({ outcome: 'finished', damagedPath: `${path}.damaged` });
    expect(existsSync(path)).toBe(true);
  });
});
