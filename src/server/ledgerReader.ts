import type { Database } from '../ledger/file/addon.ts';
import { fileIdentity, ledgerIsGone } from '../ledger/file/identity.ts';
import { keepStatements } from '../ledger/file/keepStatements.ts';
import { EmptyLedger } from '../ledger/file/open.ts';
import { openForReading, type Reading } from '../ledger/file/openForReading.ts';
import { waitWhileLocked } from '../ledger/file/transact.ts';
import { hasUnread } from '../ledger/journal/unread.ts';
import type { Session } from '../session.ts';

/** How often it is looked whether marks wait in a journal. */
const journalEveryMs = 1000;
/** Instead of SQLite's 16 MB: one connection reads few pages, again and again. */
const cacheKibibytes = 4000;

/**
 * The ledger as the server reads it: one connection, opened anew where the file was replaced. Marks that wait in a
 * journal are taken in first, by the connection that writes.
 */
export class LedgerReader {
  readonly #session: Session;
  #reading: Reading | null = null;
  #file: string | null = null;
  #lookedMs = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Throws a DeploytrackError where the ledger cannot be read now; a later call may do. */
  async database(): Promise<Database> {
    const { ledgerPath: path } = this.#session.store.options;
    const file = fileIdentity(path);
    if (file !== this.#file || this.#reading?.isOld() === true) this.close();
    if (file === null) throw ledgerIsGone(path);
    if (this.#reading === null) {
      this.#reading = await this.#open(path);
      this.#file = file;
    }
    const { database } = this.#reading;
    await this.#takeInJournals(database);
    return database;
  }

  close(): void {
    this.#reading?.database.close();
    this.#reading = null;
    this.#file = null;
  }

  async #open(path: string): Promise<Reading> {
    const { context, store } = this.#session;
    const { ledgerTimeoutMs: timeoutMs } = store.options;
    const reading = await waitWhileLocked(context, { timeoutMs, path, attempt: () => opened(path) });
    // A request meanwhile may have been faster.
    if (this.#reading !== null) {
      reading.database.close();
      return this.#reading;
    }
    reading.database.pragma(`cache_size = -${cacheKibibytes}`);
    keepStatements(reading.database);
    return reading;
  }

  async #takeInJournals(database: Database): Promise<void> {
    const { context, store } = this.#session;
    const nowMs = context.instant().wallMs;
    if (Math.abs(nowMs - this.#lookedMs) < journalEveryMs) return;
    this.#lookedMs = nowMs;
    if (!hasUnread(database, store.options)) return;
    // What cannot be taken in is told by `doctor`; readers get what the ledger has.
    await store.takeIn([]).catch(() => {});
  }
}

function opened(path: string): Reading {
  try {
    return openForReading(path, 'write') ?? gone(path);
  } catch (error) {
    if (error instanceof EmptyLedger) gone(path);
    throw error;
  }
}

function gone(path: string): never {
  throw ledgerIsGone(path);
}
