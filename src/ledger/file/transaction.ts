import type { Database } from './addon.ts';

/**
 * Runs `work` in one transaction, all of it or nothing. `read`: what it reads is of one moment; inside another
 * transaction it is of that one's. `write`: holds the lock before `work` begins, so that only the beginning can be
 * refused as busy, and is as durable as the connection makes it when this returns. Throws what SQLite or `work` throws; then nothing was written.
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
 * Runs `work` as a part of the transaction that is open: where it throws, nothing of the part stays. `inTransaction` is
 * false then where the whole had to be given up.
 */
export function partOfTransaction<Result>(database: Database, work: () => Result): Result {
  database.exec('SAVEPOINT part');
  try {
    const result = work();
    database.exec('RELEASE part');
    return result;
  } catch (error) {
    // A part that cannot be taken back must not be committed with the rest.
    if (!undo(database, 'ROLLBACK TO part; RELEASE part')) undo(database, 'ROLLBACK');
    throw error;
  }
}

/** SQLite has ended the transaction itself after some errors. What fails here must not hide what failed first. */
function undo(database: Database, sql: string): boolean {
  if (!database.inTransaction) return true;
  try {
    database.exec(sql);
    return true;
  } catch {
    return false;
  }
}
