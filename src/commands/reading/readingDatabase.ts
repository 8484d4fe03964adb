import type { Database } from '../../ledger/file/addon.ts';
import { EmptyLedger, openLedger } from '../../ledger/file/open.ts';
import { waitWhileLocked } from '../../ledger/file/transact.ts';
import { journalPaths } from '../../ledger/journal/journalPlaces.ts';
import { hasUnread, journalFile } from '../../ledger/journal/unread.ts';
import type { Session } from '../../session.ts';

/**
 * The ledger for a reading command; null where there is none. Marks that wait in the journal are taken in first,
 * where we may write. Throws a DeploytrackError where the ledger cannot be read.
 */
export async function readingDatabase(session: Session): Promise<Database | null> {
  const { context, store } = session;
  const { ledgerPath: path, ledgerTimeoutMs: timeoutMs } = store.options;
  try {
    const database = await waitWhileLocked(context, { timeoutMs, path, attempt: () => openForReading(path) });
    if (database === null) return await bornOfJournals(session);
    if (hasUnread(database, store.options)) await takeIn(session);
    return database;
  } catch (error) {
    if (error instanceof EmptyLedger) return await bornOfJournals(session);
    throw error;
  }
}

/** Marks may have been kept where no ledger ever was: they make one. Without any the answer stays empty. */
async function bornOfJournals(session: Session): Promise<Database | null> {
  const { options } = session.store;
  if (!journalPaths(options).some((path) => (journalFile(path)?.size ?? 0) > 0)) return null;
  await takeIn(session);
  try {
    return openForReading(options.ledgerPath);
  } catch (error) {
    if (error instanceof EmptyLedger) return null; // it could not be made
    throw error;
  }
}

/** An account that may not write it may still read it. */
function openForReading(path: string): Database | null {
  try {
    return openLedger(path, 'write');
  } catch (error) {
    const cause = (error as { cause?: { code?: string } }).cause?.code ?? '';
    if (!/^SQLITE_(READONLY|CANTOPEN)/.test(cause)) throw error;
    return openLedger(path, 'read');
  }
}

async function takeIn({ store, warnings }: Session): Promise<void> {
  try {
    await store.takeIn(warnings);
  } catch {
    // What waits there is told by `doctor`; the report shows what the ledger has.
  }
}
