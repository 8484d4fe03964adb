import {
  chmodSync,
  chownSync,
  existsSync,
  linkSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { describe, expect, test, vi } from 'vitest';
import { openLedger } from '../../src/ledger/file/open.ts';
import { exchange } from '../../src/ledger/repair/exchange.ts';
import { hold } from '../../src/ledger/repair/hold.ts';
import { repairLedger } from '../../src/ledger/repair/repairLedger.ts';
import { type Found, mend, problemsOf } from '../doctor/doctor.ts';
import { because } from '../support/because.ts';
import { fakeContext } from '../support/context.ts';
import { eventually } from '../support/eventually.ts';
import { endOf, newProgram, type Program } from '../support/program.ts';
import { strangerId } from '../support/strangers.ts';
import { damagedProgram, repairFolders } from './damagedProgram.ts';
import { copyLedger, filledLedger, readableRows } from './filledLedger.ts';

vi.setConfig({ testTimeout: 60_000 });

const repair = (path: string) => repairLedger(fakeContext(), { path, timeoutMs: 200 });
const root = process.getuid?.() === 0;

interface Interrupted {
  readonly program: Program;
  readonly rows: Set<string>;
  readonly damaged: Buffer;
  readonly damagedPath: string;
  readonly ready: string;
}

/** A damaged ledger and the repaired one, made once. */
let made: { damaged: Buffer; repaired: Buffer; rows: Set<string> } | undefined;

async function make(): Promise<NonNullable<typeof made>> {
  const { program, rows } = damagedProgram();
  const damaged = readFileSync(program.ledger);
  await repair(program.ledger);
  return { damaged, repaired: readFileSync(program.ledger), rows };
}

/** An exchange that was killed after this many of its steps. */
async function interrupted(done: number): Promise<Interrupted> {
  made ??= await make();
  const { damaged, repaired, rows } = made;
  const program = newProgram();
  const path = program.ledger;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  writeFileSync(path, damaged);
  const folder = mkdtempSync(`${path}.repairing-`);
  writeFileSync(join(folder, 'ledger.db'), repaired);
  for (const suffix of ['-wal', '-journal']) writeFileSync(path + suffix, `the ${suffix} of the damaged one`);
  const damagedPath = `${path}.damaged-20260102T030405Z`;
  exchange(path, { folder, damagedPath, isUnchanged: () => true }, (steps) => {
    for (const step of steps.slice(0, done)) step();
  });
  return { program, rows, damaged, damagedPath, ready: `${path}.repairing` };
}

/** That the repaired ledger has its place, and the damaged one another. */
async function expectFinished({ program, rows, damaged }: Interrupted): Promise<string> {
  const result = await repair(program.ledger);
  expect(result.outcome).toBe('finished');
  const { damagedPath } = result as { damagedPath: string };
  expect(readFileSync(damagedPath).equals(damaged)).toBe(true);
  for (const suffix of ['-wal', '-journal'])
    expect(readFileSync(damagedPath + suffix, 'utf8')).toBe(`the ${suffix} of the damaged one`);
  expect([...readableRows(program.ledger)].sort()).toEqual([...rows].sort());
  expect(repairFolders(program)).toEqual([]);
  return damagedPath;
}

describe('An interrupted repair', () => {
  test('it is continued by the next repair after each of its steps, and no command uses the ledger before', async () => {
    for (let done = 0; done < 8; done += 1) {
      const state = await interrupted(done);
      if (done === 0) {
        const mark = await state.program.run(['phase', 'record', 'late', '--duration', '1s', '--id', 'd-3']);
        expect(mark.stderr).toMatch(
          /its repair has not been finished; the mark was saved to \S+;.*\n.*doctor --repair/,
        );
      }
      expect([done, await expectFinished(state)]).toEqual([done, state.damagedPath]);
    }
  });

  test('it is finished by the command that doctor prints', async () => {
    const { program } = await interrupted(0);
    const isOfLedger = ({ check }: Found) => check === 'ledger';
    const found = (await problemsOf(program)).find(isOfLedger);
    expect(found?.message).toMatch(/ its repair has not been finished$/);
    // It exits with 1 because of the deployments that are open in this ledger.
    const command = `${found?.command} || [ $? -eq 1 ]`;
    expect((await mend(program, { ...(found as Found), command })).filter(isOfLedger)).toEqual([]);
  });

  test('it is finished if the damaged ledger was moved, on a file system without hard links', async () => {
    const state = await interrupted(0);
    renameSync(state.program.ledger, state.damagedPath);
    expect(await expectFinished(state)).toBe(state.damagedPath);
  });

  test.each([
    ['is empty', ''],
    ['names another folder', '/elsewhere/deployments.db.damaged-1'],
    ['leads out of the folder', 'deployments.db.damaged-/../../precious'],
    ['names another file', 'precious'],
  ])('if the planned name %s, a new one is used', async (_, name) => {
    const state = await interrupted(0);
    writeFileSync(join(state.ready, 'damaged-name'), name);
    const damagedPath = await expectFinished(state);
    expect([dirname(damagedPath), basename(damagedPath)]).toEqual([
      dirname(state.program.ledger),
      expect.stringMatching(/^deployments\.db\.damaged-\d{8}T\d{6}Z$/),
    ]);
  });

  test('if another file has the planned name, it is kept, and the damaged ledger too', async () => {
    const state = await interrupted(0);
    writeFileSync(state.damagedPath, 'precious');
    expect(await expectFinished(state)).not.toBe(state.damagedPath);
    expect(readFileSync(state.damagedPath, 'utf8')).toBe('precious');
  });

  test('while another process finishes it, nothing is touched', async () => {
    const state = await interrupted(1);
    const held = hold(state.ready);
    await expect(repair(state.program.ledger)).rejects.toMatchObject({
      code: 'LEDGER_BUSY',
      message: expect.stringContaining('is being repaired by another process'),
    });
    expect(existsSync(join(state.ready, 'ledger.db'))).toBe(true);
    held?.close();
    await expectFinished(state);
  });

  test('a repair that was slower than another one changes nothing', async () => {
    const { program } = damagedProgram();
    const before = readFileSync(program.ledger);
    const folder = mkdtempSync(`${program.ledger}.repairing-`);
    writeFileSync(join(folder, 'ledger.db'), 'late');
    const damagedPath = `${program.ledger}.damaged-1`;
    expect(() => exchange(program.ledger, { folder, damagedPath, isUnchanged: () => false })).toThrow(
      /is being repaired by another process/,
    );
    expect(readFileSync(program.ledger).equals(before)).toBe(true);
    expect(repairFolders(program)).toEqual([basename(folder)]);
  });

  test.skipIf(because(!root, 'not root'))(
    'a folder of another account is refused by its name, with what to do',
    async () => {
      const { program } = damagedProgram();
      const before = readFileSync(program.ledger);
      const ready = `${program.ledger}.repairing`;
      mkdirSync(ready);
      chownSync(ready, 54321, 54321);
      await expect(repair(program.ledger)).rejects.toMatchObject({
        message: `cannot finish the repair in ${ready}: it belongs to another account (UID 54321)`,
        hint: expect.stringContaining(`remove ${ready}`),
      });
      expect(readFileSync(program.ledger).equals(before)).toBe(true);
    },
  );
});

describe('A repair that was killed', () => {
  test('what it left is removed first, also a second name of the ledger, and what another repair uses is kept', async () => {
    const { program } = damagedProgram();
    const left = mkdtempSync(`${program.ledger}.repairing-`);
    linkSync(program.ledger, join(left, 'locked.db'));
    const used = mkdtempSync(`${program.ledger}.repairing-`);
    const held = hold(used);
    // In a group's folder, a ledger with a second name is refused.
    const folder = dirname(program.ledger);
    chmodSync(folder, 0o2770);
    expect(await repair(program.ledger)).toMatchObject({ outcome: 'repaired' });
    expect(repairFolders(program)).toEqual([basename(used)]);
    held?.close();
    await repair(program.ledger);
    expect(repairFolders(program)).toEqual([]);
  });

  /** Names in the folder of the ledger and below that exist for a moment of a repair, in this order. */
  const states = [
    /\.repairing-\w+$/,
    /repairing-\w+\/look\.db$/,
    /repairing-\w+\/rows\.db$/,
    /repairing-\w+\/ledger\.db$/,
    /repairing-\w+\/damaged-name/,
    /\.repairing$|\.damaged-\w+$/,
  ];

  test('it leaves the old ledger or the new one, and the next repair ends it', async () => {
    for (const state of states) {
      const { program, rows } = damagedProgram();
      const child = program.spawn(['doctor', '--repair']);
      const end = endOf(child);
      const names = () => readdirSync(dirname(program.ledger), { recursive: true }).map(String);
      await eventually(() => child.exitCode ?? names().find((name) => state.test(name)), { everyMs: 1 });
      child.kill('SIGKILL');
      await end;
      await repair(program.ledger);
      expect([state, [...readableRows(program.ledger)].sort()]).toEqual([state, [...rows].sort()]);
      expect([state, repairFolders(program)]).toEqual([state, []]);
      expect(new SqliteDatabase(program.ledger).pragma('integrity_check', { simple: true })).toBe('ok');
    }
  });
});

test.skipIf(because(!root, 'not root'))('a repair folder of another account keeps no mark out', () => {
  const path = join(newProgram().folder, 'a.db');
  copyLedger(filledLedger(2).path, path);
  mkdirSync(`${path}.repairing`);
  expect(() => openLedger(path)).toThrow(expect.objectContaining({ code: 'LEDGER_BUSY' }));
  chownSync(`${path}.repairing`, strangerId, strangerId);
  openLedger(path)?.close();
});
