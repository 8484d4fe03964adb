import type { Database } from '../ledger/file/addon.ts';
import { cacheStatements } from '../ledger/file/cacheStatements.ts';
import { dataVersion } from '../ledger/file/dataVersion.ts';
import { fileIdentity, ledgerIsGone } from '../ledger/file/identity.ts';
import { EmptyLedger } from '../ledger/file/open.ts';
import { openForReading, type Reading } from '../ledger/file/openForReading.ts';
import { waitWhileLocked } from '../ledger/file/transaction.ts';
import { hasUnread } from '../ledger/journal/unread.ts';
import { lookThrough } from '../ledger/rollups/fitDeployments.ts';
import type { Session } from '../session.ts';
import { writeLog } from './log.ts';

/** Limits the cost: a scan of 1,900 rows takes 5 ms, as do those of more that are not rolled up yet. */
const lookThroughEveryMs = 30_000;
/** How often the journals are checked for marks. */
const journalEveryMs = 1000;
/** Less than the 16 MB of other connections, because this one reads the same few pages. */
const cacheKibibytes = 4000;

/**
 * The connection that the server reads with. It is reopened if the file was replaced. Marks that wait in a journal are
 * imported first, by the connection that writes.
 */
export class LedgerReader {
  readonly #session: Session;
  #reading: Reading | null = null;
  #file: string | null = null;
  #lookedMs = 0;
  /** Data version and time of the last scan. */
  #changes: unknown = null;
  #lookedThroughMs = Number.NEGATIVE_INFINITY;

  constructor(session: Session) {
    this.#session = session;
  }

  /** Throws a DeploytrackError if the ledger cannot be read now; a later call may succeed. */
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
    this.#lookThrough(database);
    return database;
  }

  close(): void {
    this.#lookedThroughMs = Number.NEGATIVE_INFINITY;
    this.#changes = null;
    this.#reading?.database.close();
    this.#reading = null;
    this.#file = null;
  }

  async #open(path: string): Promise<Reading> {
    const { context, store } = this.#session;
    const { ledgerTimeoutMs: timeoutMs } = store.options;
    const reading = await waitWhileLocked(context, { timeoutMs, path, attempt: () => this.#opened(path) });
    // Another request may have opened it in the meantime.
    if (this.#reading !== null) {
      reading.database.close();
      return this.#reading;
    }
    cacheStatements(reading.database);
    return reading;
  }

  #opened(path: string): Reading {
    const { context } = this.#session;
    const leftOut = (what: string) => writeLog(context, { level: 'warning', message: what });
    try {
      return openForReading(path, { how: 'write', leftOut, cacheKibibytes }) ?? gone(path);
    } catch (error) {
      if (error instanceof EmptyLedger) gone(path);
      throw error;
    }
  }

  /** Scans the rows after a change, but not at each request if there are many changes. */
  #lookThrough(database: Database): void {
    const changes = dataVersion(database);
    if (changes === this.#changes) return;
    const nowMs = this.#session.context.instant().wallMs;
    if (Math.abs(nowMs - this.#lookedThroughMs) < lookThroughEveryMs) return;
    lookThrough(database);
    this.#changes = changes;
    this.#lookedThroughMs = nowMs;
  }

  async #takeInJournals(database: Database): Promise<void> {
    const { context, store } = this.#session;
    const nowMs = context.instant().wallMs;
    if (Math.abs(nowMs - this.#lookedMs) < journalEveryMs) return;
    this.#lookedMs = nowMs;
    if (!hasUnread(database, store.options)) return;
    // `doctor` reports what cannot be imported; readers get what the ledger has.
    await store.takeIn([]).catch(() => {});
  }
}

function gone(path: string): never {
  throw ledgerIsGone(path);
}
