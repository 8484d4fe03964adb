import SqliteDatabase from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { transact } from '../../src/ledger/file/transact.ts';
import { ledgerWorld } from './ledgerWorld.ts';

/** A ledger, and a way to write one warning that is easily counted. */
function writable() {
  const world = ledgerWorld();
  const note = (code: string) =>
    world.database.prepare("INSERT INTO warnings (at, code, message) VALUES ('t', ?, 'm')").run(code);
  const codes = () => world.rows('SELECT code FROM warnings ORDER BY id').map((row) => row.code);
  const write = (work: () => unknown, timeoutMs = 500) =>
    transact(world.context, { database: world.database, timeoutMs, work });
  return { world, note, codes, write };
}

/** Another process that holds the lock of the ledger. */
function holdLock(path: string): { release(): void } {
  const other = new SqliteDatabase(path);
  other.exec('BEGIN IMMEDIATE');
  return {
    release() {
      other.exec('ROLLBACK');
      other.close();
    },
  };
}

describe('a transaction', () => {
  test('gives what its work gives, and is there', async () => {
    const { note, codes, write } = writable();
    expect(await write(() => note('A').changes)).toBe(1);
    expect(codes()).toEqual(['A']);
  });

  test('whose work throws leaves nothing, and the error is as it was thrown', async () => {
    const { note, codes, write, world } = writable();
    const thrown = new Error('of the work itself');
    const failing = write(() => {
      note('A');
      throw thrown;
    });
    await expect(failing).rejects.toBe(thrown);
    expect([codes(), world.database.inTransaction]).toEqual([[], false]);
  });

  test('whose SQL is refused tells it as an error of the ledger', async () => {
    const { write, world } = writable();
    const refused = write(() =>
      world.database.exec('INSERT INTO deployment_metrics (version) VALUES (NULL)'),
    );
    await expect(refused).rejects.toMatchObject({
      code: 'LEDGER_UNUSABLE',
      message: expect.stringContaining('NOT NULL'),
    });
  });

  test('does not meet another of the same process', async () => {
    const { note, codes, write } = writable();
    const ends = await Promise.allSettled([
      write(() => note('A')),
      write(() => {
        throw new Error('only mine');
      }),
      write(() => note('B')),
    ]);
    expect(ends.map((end) => end.status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(codes()).toEqual(['A', 'B']);
  });

  test('waits for a lock as long as it was told, then names it', async () => {
    const { write, note, world } = writable();
    const lock = holdLock(world.path);
    const beganMs = world.context.instant().wallMs;
    await expect(write(() => note('A'), 500)).rejects.toMatchObject({ code: 'LEDGER_BUSY' });
    expect(world.context.instant().wallMs - beganMs).toBeGreaterThanOrEqual(500);
    lock.release();
  });

  test('goes on when the lock is released in time', async () => {
    const { write, note, codes, world } = writable();
    const lock = holdLock(world.path);
    const context = world.context as { sleep: (ms: number) => Promise<void> };
    const sleep = context.sleep;
    let sleeps = 0;
    context.sleep = async (ms) => {
      sleeps += 1;
      if (sleeps === 3) lock.release();
      await sleep(ms);
    };
    await write(() => note('A'), 500);
    expect([codes(), sleeps]).toEqual([['A'], 3]);
  });
});
