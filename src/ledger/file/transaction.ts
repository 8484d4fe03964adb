import { closeSync, lstatSync, unlinkSync } from 'node:fs';
import type { Context } from '../../context.ts';
import { stopwatch } from '../../duration.ts';
import { giveLike } from '../../files/giveLike.ts';
import { openOwn } from '../../files/openOwn.ts';
import type { Database } from './addon.ts';
import { dataVersion } from './dataVersion.ts';
import { asLedgerError, isOfSqlite } from './open.ts';
import { asBusy } from './refusedLocks.ts';

const beginnings = { read: 'BEGIN', write: 'BEGIN IMMEDIATE', alone: 'BEGIN EXCLUSIVE' } as const;

/**
 * Runs `work` in one transaction, all of it or nothing. `read`: all reads are of one moment; inside another
 * transaction, of that transaction's. `write`: takes the lock before `work` begins, so that only the beginning can fail
 * as busy, and is as durable as the connection guarantees when this returns. `alone`: also without readers. Throws the errors of SQLite or `work`;
 * then nothing was written.
 */
export function transaction<Result>(
  database: Database,
  { mode }: { mode: keyof typeof beginnings },
  work: () => Result,
): Result {
  if (mode === 'read' && database.inTransaction) return work();
  database.exec(beginnings[mode]);
  try {
    const result = work();
    database.exec('COMMIT');
    return result;
  } catch (error) {
    undo(database, 'ROLLBACK');
    throw error;
  }
}

/**
 * Runs `work` as a part of the open transaction: if it throws, nothing of the part remains. `inTransaction` is false
 * afterwards if the whole transaction had to be given up.
 */
export function partOfTransaction<Result>(database: Database, work: () => Result): Result {
  database.exec('SAVEPOINT part');
  try {
    const result = work();
    database.exec('RELEASE part');
    return result;
  } catch (error) {
    // A part that cannot be rolled back must not be committed with the rest.
    if (!undo(database, 'ROLLBACK TO part; RELEASE part')) undo(database, 'ROLLBACK');
    throw error;
  }
}

/** SQLite ends the transaction itself after some errors. An error here must not hide the first one. */
function undo(database: Database, sql: string): boolean {
  if (!database.inTransaction) return true;
  try {
    database.exec(sql);
    return true;
  } catch {
    return false;
  }
}

/** How long an attempt is repeated while another process holds the lock. */
export interface Patience {
  /** Evaluated again after each failure: the ledger may have responded to another process meanwhile. */
  readonly timeoutMs: number | (() => number);
  /** Called if the ledger was locked all the time, not only busy. */
  readonly onLocked?: () => void;
}

interface Writing<Result> extends Patience {
  readonly database: Database;
  readonly work: () => Result;
  readonly durable?: boolean;
}

/**
 * One write transaction, durable when this resolves. Waits up to `timeoutMs` for a lock without blocking the event
 * loop, so that signals for a wrapped command pass. Without `durable` a power loss may undo it, and it does not wait
 * for the disk. Throws LEDGER_BUSY after that time, LEDGER_FULL, or the errors of `work`; then nothing was written.
 */
export async function writeWhenFree<Result>(
  context: Context,
  { database, work, durable = true, ...patience }: Writing<Result>,
): Promise<Result> {
  const outcome = await waitWhileLocked(context, {
    ...patience,
    path: database.name,
    moves: () => changesOf(database),
    // Begin and end without a pause: two writes of one process must not share a transaction.
    attempt: () => {
      if (!durable) database.pragma('synchronous = NORMAL');
      try {
        return writeOnce(database, work);
      } finally {
        if (!durable) database.pragma('synchronous = FULL');
      }
    },
  });
  if ('result' in outcome) return outcome.result;
  const { error } = outcome;
  throw isOfSqlite(error) ? asLedgerError(error, database.name) : error;
}

/** Throws if the transaction could not begin; later errors are returned, since a repetition would fail too. */
function writeOnce<Result>(database: Database, work: () => Result): { result: Result } | { error: unknown } {
  let hasBegun = false;
  const begunWork = () => {
    hasBegun = true;
    return work();
  };
  try {
    return { result: transaction(database, { mode: 'write' }, begunWork) };
  } catch (error) {
    if (hasBegun) return { error };
    throw error;
  }
}

/** Null if it is unknown. */
function changesOf(database: Database): number | null {
  try {
    return dataVersion(database);
  } catch {
    return null;
  }
}

/**
 * As long as other processes get their turn, the wait is extended this many times: many are working, none holds the
 * lock.
 */
const mostRounds = 5;

interface Waiting<Result> extends Patience {
  readonly path: string;
  readonly attempt: () => Result;
  /** A different value means that others have written meanwhile. */
  readonly moves?: () => number | null;
}

/**
 * Repeats `attempt` while SQLite reports a lock of another process. The time limit is for one holder: it starts again
 * when others have written meanwhile, a few times.
 */
export async function waitWhileLocked<Result>(
  context: Context,
  { timeoutMs, path, attempt, moves = () => null, onLocked }: Waiting<Result>,
): Promise<Result> {
  const patienceMs = () => (typeof timeoutMs === 'number' ? timeoutMs : timeoutMs());
  let round: { waitedMs: () => number; moves: number | null; number: number } | undefined;
  for (let tries = 0; ; tries += 1) {
    try {
      return await attempt();
    } catch (error) {
      const problem = asLedgerError(error, path);
      if ((problem as { code?: string }).code !== 'LEDGER_BUSY') throw problem;
      round ??= { waitedMs: stopwatch(context), moves: moves(), number: 1 };
      if (round.waitedMs() >= patienceMs()) {
        const moved = moves();
        if (moved === round.moves) onLocked?.();
        if (moved === round.moves || round.number >= mostRounds) throw asBusy(problem, path);
        round = { waitedMs: stopwatch(context), moves: moved, number: round.number + 1 };
      }
      // Different pauses for different processes, so that fifty waiting ones do not retry at the same moments.
      await context.sleep(3 + ((context.pid * 7 + tries * 13) % 23));
    }
  }
}

/** Whether marks of this ledger had to wait recently: the next ones wait a shorter time for its lock. */
export function ledgerWasLocked(ledgerPath: string): boolean {
  try {
    return lstatSync(lockedHint(ledgerPath), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false; // a folder that we may not read
  }
}

export function noteLocked(ledgerPath: string, locked: boolean): void {
  try {
    if (!locked) unlinkSync(lockedHint(ledgerPath));
    else note(ledgerPath);
  } catch {
    // Only a hint: without it the next mark waits the full time again.
  }
}

function note(ledgerPath: string): void {
  const opened = openOwn(lockedHint(ledgerPath), { access: 'append', owners: undefined });
  if (opened === null) return;
  giveLike(ledgerPath, opened.descriptor);
  closeSync(opened.descriptor);
}

function lockedHint(ledgerPath: string): string {
  return `${ledgerPath}.locked`;
}
