import type { Database } from '../../ledger/file/addon.ts';
import { cacheStatements } from '../../ledger/file/cacheStatements.ts';
import { emptyLedger } from '../../ledger/file/emptyLedger.ts';
import { EmptyLedger, openLedger } from '../../ledger/file/open.ts';
import { writeWhenFree } from '../../ledger/file/transaction.ts';
import type { Session } from '../../session.ts';

/**
 * Runs work in one transaction of the ledger: all of it is stored, or nothing. `prepare` reads what it needs before the
 * ledger is locked.
 */
export type WriteOnce = <Result>(prepare: (database: Database) => () => Result) => Promise<Result>;

/**
 * The ledger's own writer, with its statements cached for many rows; with `isDry` one that rolls back, on a ledger in
 * memory if there is none.
 */
export function writeOnce(session: Session, { isDry }: { isDry: boolean }): WriteOnce {
  const { context, store } = session;
  if (!isDry) {
    let kept: Database | null = null;
    return async (prepare) => {
      const database = await store.database();
      if (database !== kept) cacheStatements(database);
      kept = database;
      return store.write(prepare(database));
    };
  }
  return async <Result>(prepare: (database: Database) => () => Result) => {
    const database = openedOrEmpty(store.options.ledgerPath);
    cacheStatements(database);
    const { ledgerTimeoutMs: timeoutMs } = store.options;
    try {
      const work = prepare(database);
      return await writeWhenFree(context, { database, timeoutMs, work: () => takenBack(work()) }).catch(
        resultOf<Result>,
      );
    } finally {
      database.close();
    }
  };
}

function openedOrEmpty(path: string): Database {
  try {
    const found = openLedger(path);
    if (found !== null) return found;
  } catch (error) {
    if (!(error instanceof EmptyLedger)) throw error;
  }
  return emptyLedger();
}

/** Ends a transaction without storing anything. */
class TakenBack<Result> extends Error {
  readonly result: Result;

  constructor(result: Result) {
    super('rolled back');
    this.result = result;
  }
}

function takenBack<Result>(result: Result): never {
  throw new TakenBack(result);
}

function resultOf<Result>(error: unknown): Result {
  if (error instanceof TakenBack) return error.result as Result;
  throw error;
}
