import type { Database } from '../../ledger/file/addon.ts';
import { cacheStatements } from '../../ledger/file/cacheStatements.ts';
import { emptyLedger } from '../../ledger/file/emptyLedger.ts';
import { EmptyLedger, openLedger } from '../../ledger/file/open.ts';
import { writeWhenFree } from '../../ledger/file/whileLocked.ts';
import type { Session } from '../../session.ts';

/**
 * Runs work in one transaction of the ledger; it is all there afterwards, or nothing of it. `prepare` reads what it needs
 * before the ledger is locked for it.
 */
export type WriteOnce = <Result>(prepare: (database: Database) => () => Result) => Promise<Result>;

/** The ledger's own, with its statements kept for many rows; with `isDry` one that is taken back, of a ledger in memory where there is none. */
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

/** Ends a transaction without keeping anything. */
class TakenBack<Result> extends Error {
  readonly result: Result;

  constructor(result: Result) {
    super('taken back');
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
