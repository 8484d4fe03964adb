import SqliteDatabase from 'better-sqlite3';
import { describe, expect, test } from 'vitest';
import { writeWhenFree } from '../../src/ledger/file/transaction.ts';
import { ledgerWorld } from './ledgerWorld.ts';

/** A ledger, and a way to write one warning that is easily counted. */
function writable() {
  const world = ledgerWorld();
  const note = (code: string) =>
    world.database.prepare("INSERT INTO warnings (at, code, message) VALUES ('t', ?, 'm')").run(code);
  const codes = () => world.rows('SELECT code FROM warnings ORDER BY id').map((row) => row.code);
  const write = (work: () => unknown, timeoutMs = 500) =>
    writeWhenFree(world.context, { database: world.database, timeoutMs, work });
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

describe('Transactions of several processes', () => {
  test('a write returns the result of its work and is stored', async () => {
    const { note, codes, write } = writable();
    expect(await write(() => note('A').changes)).toBe(1);
    expect(codes()).toEqual(['A']);
  });

  test('a write whose work throws changes nothing and throws the same error', async () => {
    const { note, codes, write, world } = writable();
    const thrown = new Error('of the work itself');
    const failing = write(() => {
      note('A');
      throw thrown;
    });
    await expect(failing).rejects.toBe(thrown);
    expect([codes(), world.database.inTransaction]).toEqual([[], false]);
  });

  test('a write whose SQL is rejected throws a ledger error', async () => {
    const { write, world } = writable();
    const refused = write(() =>
      world.database.exec('INSERT INTO deployment_metrics (version) VALUES (NULL)'),
    );
    await expect(refused).rejects.toMatchObject({
      code: 'LEDGER_UNUSABLE',
      message: expect.stringContaining('NOT NULL'),
    });
  });

  test('writes of the same process do not overlap', async () => {
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

  test('a write waits for a lock up to its limit, then names it', async () => {
    const { write, note, world } = writable();
    const lock = holdLock(world.path);
    const beganMs = world.context.instant().wallMs;
    await expect(write(() => note('A'), 500)).rejects.toMatchObject({ code: 'LEDGER_BUSY' });
    expect(world.context.instant().wallMs - beganMs).toBeGreaterThanOrEqual(500);
    lock.release();
  });

  test('a write waits for its turn while others make progress, and that does not count as a lock', async () => {
    const { write, note, codes, world } = writable();
    const other = new SqliteDatabase(world.path);
    other.exec('BEGIN IMMEDIATE');
    const context = world.context as { sleep: (ms: number) => Promise<void> };
    const sleep = context.sleep;
    const beganMs = world.context.instant().wallMs;
    context.sleep = async (ms) => {
      await sleep(ms);
      const waitedMs = world.context.instant().wallMs - beganMs;
      other.exec("INSERT INTO warnings (at, code, message) VALUES ('t', 'other', 'm'); COMMIT");
      if (waitedMs < 1200) other.exec('BEGIN IMMEDIATE');
    };
    let locked = 0;
    await writeWhenFree(world.context, {
      database: world.database,
      timeoutMs: 500,
      work: () => note('A'),
      onLocked: () => {
        locked += 1;
      },
    });
    other.close();
    expect([codes().at(-1), locked]).toEqual(['A', 0]);
    await write(() => note('B'));
  });

  test('a write ends its wait even if others always come first', async () => {
    const { note, world } = writable();
    const other = new SqliteDatabase(world.path);
    other.exec('BEGIN IMMEDIATE');
    const context = world.context as { sleep: (ms: number) => Promise<void> };
    const sleep = context.sleep;
    context.sleep = async (ms) => {
      await sleep(ms);
      other.exec(
        "INSERT INTO warnings (at, code, message) VALUES ('t', 'other', 'm'); COMMIT; BEGIN IMMEDIATE",
      );
    };
    const beganMs = world.context.instant().wallMs;
    const waiting = writeWhenFree(world.context, {
      database: world.database,
      timeoutMs: 100,
      work: () => note('A'),
    });
    await expect(waiting).rejects.toMatchObject({ code: 'LEDGER_BUSY' });
    expect(world.context.instant().wallMs - beganMs).toBeLessThan(1000);
    other.close();
  });

  test('a lock that was held the whole time is reported once', async () => {
    const { note, world } = writable();
    const lock = holdLock(world.path);
    let locked = 0;
    const onLocked = () => {
      locked += 1;
    };
    const waiting = writeWhenFree(world.context, {
      database: world.database,
      timeoutMs: 100,
      work: () => note('A'),
      onLocked,
    });
    await expect(waiting).rejects.toMatchObject({ code: 'LEDGER_BUSY' });
    expect(locked).toBe(1);
    lock.release();
  });

  test('a write continues when the lock is released in time', async () => {
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
