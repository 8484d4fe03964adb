import { spawn } from 'node:child_process';
import {
  chownSync,
  existsSync,
  lchownSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { damageOf } from '../../src/ledger/repair/check.ts';
import { lockOut } from '../../src/ledger/repair/lockOut.ts';
import { closeRaw, isUnchanged, openRaw } from '../../src/ledger/repair/rawCopy.ts';
import { repairLedger } from '../../src/ledger/repair/repairLedger.ts';
import { because } from '../support/because.ts';
import { fakeContext } from '../support/context.ts';
import { newProgram } from '../support/program.ts';
import { overwrite } from './damage.ts';
import { damagedProgram, filesIn } from './damagedProgram.ts';
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
      chownSync(program.ledger, 0, 0);
      const link = join(program.folder, 'link.db');
      symlinkSync(program.ledger, link);
      lchownSync(link, 54321, 54321);
      expect(await problem(link)).toMatchObject({ message: expect.stringContaining('a link of another') });
      expect(filesIn(program)).toEqual(before);
    },
  );

  test('a ledger that another process has open is refused with the name of that process, and left untouched', async () => {
    const { program } = damagedProgram();
    const script = `const d = new (require('better-sqlite3'))(process.argv[1]); d.pragma('user_version'); console.log('open'); setInterval(() => {}, 1000);`;
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

  test('a process that has the file open under another name, without a lock, is found too', async () => {
    const { program } = damagedProgram();
    const other = join(program.folder, 'other-name');
    linkSync(program.ledger, other);
    const script = `require('fs').openSync(process.argv[1]); console.log('open'); setInterval(() => {}, 1000);`;
    const child = spawn(process.execPath, ['-e', script, other]);
    onTestFinished(() => void child.kill('SIGKILL'));
    await new Promise((resolve) => child.stdout.once('data', resolve));
    expect(await problem(program.ledger)).toMatchObject({
      code: 'LEDGER_BUSY',
      message: expect.stringContaining(`process ${child.pid}; it was left untouched`),
    });
  });

  test('a rollback journal is set aside with the damaged file, so that SQLite plays it into no other', async () => {
    const { program } = damagedProgram();
    writeFileSync(`${program.ledger}-journal`, 'journal');
    const { damagedPath } = (await repair(program.ledger)) as { damagedPath: string };
    expect(existsSync(`${program.ledger}-journal`)).toBe(false);
    expect(readFileSync(`${damagedPath}-journal`, 'utf8')).toBe('journal');
  });

  test('a repaired ledger can free its space, as a new one', async () => {
    const { program } = damagedProgram();
    await repair(program.ledger);
    expect(program.rows('PRAGMA auto_vacuum')).toEqual([{ auto_vacuum: 2 }]);
  });

  test('rows that were deleted before are not counted as lost', async () => {
    const { program } = damagedProgram({
      damaged: 'warnings',
      change: (ledger) =>
        ledger.exec(
          "DELETE FROM sqlite_sequence WHERE name = 'warnings'; INSERT INTO sqlite_sequence VALUES ('warnings', 1000)",
        ),
    });
    const result = await repair(program.ledger);
    const { tables } = result as Extract<typeof result, { outcome: 'repaired' }>;
    expect(tables.find(({ table }) => table === 'warnings')).toMatchObject({ lost: 0, isDamaged: true });
  });

  test('texts of a damaged ledger have no effect on the terminal', async () => {
    const { program } = damagedProgram({
      change: (ledger) => {
        ledger.pragma('foreign_keys = OFF');
        ledger.exec(
          "UPDATE deployment_stages SET deployment_id = 'evil' || char(27) || '[2J' WHERE deployment_id = 'd-0'",
        );
      },
    });
    const { stdout } = await program.run(['doctor', '--repair']);
    expect(stdout).toContain('evil\\x1b[2J');
    expect(stdout).not.toContain('\x1b');
  });
});

describe('A problem without damage', () => {
  test('a file that cannot be opened is reported as such', () => {
    expect(() => damageOf('/nowhere/look.db', [])).toThrow(/unable to open|directory does not exist/);
  });

  const shared = '/dev/shm';
  const isOther = existsSync(shared) && statSync(shared).dev !== statSync(process.cwd()).dev;
  test.skipIf(because(!isOther, 'no other file system'))(
    'a ledger that cannot be locked for another reason than its damage is not repaired without a lock',
    async () => {
      const { program } = damagedProgram();
      const folder = mkdtempSync(join(shared, 'deploytrack-test-'));
      onTestFinished(() => rmSync(folder, { recursive: true }));
      await expect(lockOut(context, { path: program.ledger, folder, timeoutMs })).rejects.toThrow(/EXDEV/);
    },
  );

  test('a change that keeps the length of the file is noticed', () => {
    const { program } = damagedProgram();
    const raw = openRaw(program.ledger);
    expect(isUnchanged(program.ledger, raw)).toBe(true);
    overwrite(program.ledger, 8192, Buffer.from('changed'));
    expect(isUnchanged(program.ledger, raw)).toBe(false);
    closeRaw(raw);
  });
});
