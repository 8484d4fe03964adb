import type { Database } from '../ledger/file/addon.ts';
import { fileIdentity, ledgerIsGone } from '../ledger/file/identity.ts';
import { keepStatements } from '../ledger/file/keepStatements.ts';
import { EmptyLedger, openLedger } from '../ledger/file/open.ts';
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
  #database: Database | null = null;
  #file: string | null = null;
  #lookedMs = 0;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Throws a DeploytrackError where the ledger cannot be read now; a later call may do. */
  async database(): Promise<Database> {
    const { ledgerPath: path } = this.#session.store.options;
    const file = fileIdentity(path);
    if (file !== this.#file) this.close();
    if (file === null) throw ledgerIsGone(path);
    if (this.#database === null) {
      this.#database = await this.#open(path);
      this.#file = file;
    }
    await this.#takeInJournals(this.#database);
    return this.#database;
  }

  close(): void {
    this.#database?.close();
    this.#database = null;
    this.#file = null;
  }

  async #open(path: string): Promise<Database> {
    const { context, store } = this.#session;
    const { ledgerTimeoutMs: timeoutMs } = store.options;
    const opened = await waitWhileLocked(context, { timeoutMs, path, attempt: () => openForReading(path) });
    // A request meanwhile may have been faster.
    if (this.#database !== null) {
      opened.close();
      return this.#database;
    }
    opened.pragma(`cache_size = -${cacheKibibytes}`);
    keepStatements(opened);
    return opened;
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

/** An account that may not write it may still read it. */
function openForReading(path: string): Database {
  try {
    return openLedger(path, 'write') ?? gone(path);
  } catch (error) {
    if (error instanceof EmptyLedger) gone(path);
    const cause = (error as { cause?: { code?: string } }).cause?.code ?? '';
    if (!/^SQLITE_(READONLY|CANTOPEN)/.test(cause)) throw error;
    return openLedger(path, 'read') ?? gone(path);
  }
}

function gone(path: string): never {
  throw ledgerIsGone(path);
}
