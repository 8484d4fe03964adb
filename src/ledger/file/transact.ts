import type { Context } from '../../context.ts';
import type { Database } from './addon.ts';
import { asLedgerError } from './open.ts';
import { asBusy } from './refusedLocks.ts';

/**
 * Runs `work` in one BEGIN IMMEDIATE transaction, durable when this returns. Waits up to `timeoutMs` for a
 * lock without stopping the event loop: a wrapped command's signals pass meanwhile.
 * Without `durable` power loss may take it: no wait for the disk. Throws LEDGER_BUSY after that, LEDGER_FULL, or what `work` throws; then nothing was written.
 */
export async function transact<Result>(
  context: Context,
  {
    database,
    timeoutMs,
    work,
    durable = true,
  }: { database: Database; timeoutMs: number; work: () => Result; durable?: boolean },
): Promise<Result> {
  const outcome = await waitWhileLocked(context, {
    timeoutMs,
    path: database.name,
    // Begun and ended without a pause: two writes of one process must not meet in one transaction.
    attempt: () => {
      if (!durable) database.pragma('synchronous = NORMAL');
      try {
        database.exec('BEGIN IMMEDIATE');
        return workAndCommit(database, work);
      } finally {
        if (!durable) database.pragma('synchronous = FULL');
      }
    },
  });
  if ('result' in outcome) return outcome.result;
  const { error } = outcome;
  throw String((error as { code?: string }).code).startsWith('SQLITE_')
    ? asLedgerError(error, database.name)
    : error;
}

function workAndCommit<Result>(
  database: Database,
  work: () => Result,
): { result: Result } | { error: unknown } {
  try {
    const result = work();
    database.exec('COMMIT');
    return { result };
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK');
    return { error };
  }
}

/** Repeats `attempt` while SQLite says that another process holds the lock. */
export async function waitWhileLocked<Result>(
  context: Context,
  { timeoutMs, path, attempt }: { timeoutMs: number; path: string; attempt: () => Result },
): Promise<Result> {
  const beganMs = context.instant().wallMs;
  for (let tries = 0; ; tries += 1) {
    try {
      return attempt();
    } catch (error) {
      const problem = asLedgerError(error, path);
      const busy = (problem as { code?: string }).code === 'LEDGER_BUSY';
      if (!busy) throw problem;
      if (context.instant().wallMs - beganMs >= timeoutMs) throw asBusy(problem, path);
      // Different pauses for different processes, so that fifty waiting ones do not march in step.
      await context.sleep(3 + ((context.pid * 7 + tries * 13) % 23));
    }
  }
}
