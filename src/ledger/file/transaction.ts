import type { Database } from './addon.ts';

/**
 * Runs `work` in one transaction, all of it or nothing. `read`: all reads are of one moment; inside another
 * transaction, of that transaction's. `write`: takes the lock before `work` begins, so that only the beginning can fail
 * as busy, and is as durable as the connection guarantees when this returns. Throws the errors of SQLite or `work`;
 * then nothing was written.
 */
export function transaction<Result>(
  database: Database,
  { mode }: { mode: 'read' | 'write' },
  work: () => Result,
): Result {
  if (mode === 'read' && database.inTransaction) return work();
  database.exec(mode === 'read' ? 'BEGIN' : 'BEGIN IMMEDIATE');
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
