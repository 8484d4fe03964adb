import type { Context } from '../context.ts';
import { stopwatch } from '../duration.ts';
import type { Warning } from '../errors.ts';
import type { Mark } from '../marks.ts';
import { redactMark } from '../redactMark.ts';
import { loadWhatThereIs } from '../wholeProgram.ts';
import { saveOpenMark } from './exchange/openMarks.ts';
import type { Database } from './file/addon.ts';
import { cacheStatements } from './file/cacheStatements.ts';
import { fileIdentity, ledgerIsGone, noLedgerYet } from './file/identity.ts';
import { asLedgerError, EmptyLedger, isOfSqlite, openLedger, standing } from './file/open.ts';
import { ledgerWasLocked, noteLocked, waitWhileLocked, writeWhenFree } from './file/transaction.ts';
import { spillToJournal } from './journal/spillToJournal.ts';
import { hasUnread, type JournalPlaces } from './journal/unread.ts';
import { applyPhaseEnd } from './marks/applyPhaseEnd.ts';
import { applyPhaseStart } from './marks/applyPhaseStart.ts';
import { applySmoke } from './marks/applySmoke.ts';
import { saveWarnings } from './saveWarnings.ts';

/** Enough for some ten thousand marks. */
const longestTakingInMs = 5000;

export interface StoreOptions extends JournalPlaces {
  readonly ledgerTimeoutMs: number;
  /** Whether an older ledger is migrated on opening. */
  readonly migrate: boolean;
  /** Whether this process lives long: it caches its statements, and notices a file that was removed or replaced. */
  readonly staysOpen?: boolean;
  /** Whether a ledger is created if there is none; the default is yes. */
  readonly makes?: boolean;
  /** Checks the location before it is used, and throws if it must not be used; with `make` its folder is created. */
  readonly judgePlace?: (make: boolean) => void;
  /** Called with errors that did not prevent the creation of the ledger. */
  readonly warn?: ((warning: Warning) => void) | undefined;
}

/**
 * The ledger as commands use it: it accepts marks, whatever the state of the file. One connection, opened on first use.
 */
export class Store {
  readonly options: StoreOptions;
  readonly #context: Context;
  #database: Database | null = null;
  /** The identity of the opened file, if it matters. */
  #file: string | null = null;
  #isNew = false;
  #damage: unknown = null;

  constructor(context: Context, options: StoreOptions) {
    this.#context = context;
    this.options = options;
  }

  /** The open ledger, created if there is none and that is allowed. Throws a DeploytrackError if it cannot be used. */
  async database(): Promise<Database> {
    const { ledgerPath: path, staysOpen = false } = this.options;
    if (staysOpen) this.#leaveReplaced();
    if (this.#damage !== null) throw this.#damage;
    if (this.#database !== null) return this.#database;
    this.#database = await waitWhileLocked(this.#context, {
      timeoutMs: () => this.#patienceMs(),
      path,
      attempt: () => this.#openOrCreate(),
    });
    if (staysOpen) {
      cacheStatements(this.#database);
      this.#file = fileIdentity(path);
    }
    return this.#database;
  }

  /**
   * Records a mark: durable in the ledger when this resolves, otherwise saved to the journal, otherwise printed on
   * stderr as a line that `import` reads; redacted in all three. A mark that is made by a function is made as late as possible, so
   * that our own work is not in the phase that it starts. Never throws; problems are in the warnings.
   */
  async record(said: Mark | (() => Mark)): Promise<Warning[]> {
    const made = () => redactMark(typeof said === 'function' ? said() : said);
    const taken: Warning[] = [];
    let mark: Mark | null = null;
    try {
      await this.takeIn(taken);
      mark = made();
      const own = await this.#recordOwn(mark, taken);
      if (ledgerWasLocked(this.options.ledgerPath)) noteLocked(this.options.ledgerPath, false);
      return [...taken, ...own];
    } catch (thrown) {
      const error = this.#asOurs(thrown);
      const lost = { places: this.options, mark: mark ?? made(), error };
      return [...taken, ...spillToJournal(this.#context, lost)];
    }
  }

  /** As an error of the ledger. A damaged file is not written to any more. */
  #asOurs(thrown: unknown): unknown {
    const error = isOfSqlite(thrown) ? asLedgerError(thrown, this.options.ledgerPath) : thrown;
    if ((error as { code?: string }).code === 'LEDGER_DAMAGED') {
      this.close();
      this.#damage = error;
    }
    return error;
  }

  /**
   * Imports the journals, which are read before the ledger is locked for it. What is left after some seconds, and later lines, are left to
   * the next command. Problems with the lines go to `warnings`. Throws like `write`.
   */
  async takeIn(warnings: Warning[]): Promise<void> {
    const database = await this.database();
    if (!hasUnread(database, this.options)) return;
    const { openJournals } = await import('./journal/importJournals.ts');
    const { toldOnce } = await import('./journal/toldOnce.ts');
    // The same few statements for every line.
    if (this.options.staysOpen !== true) cacheStatements(database);
    loadWhatThereIs(); // and not while the ledger is locked
    const told: Warning[] = [];
    const tookMs = stopwatch(this.#context);
    try {
      for (let isLeft = true; isLeft && tookMs() < longestTakingInMs; ) {
        const { steps, isCut } = openJournals(this.#context, { database, places: this.options });
        for (const step of steps) told.push(...(await this.write(step)));
        isLeft = isCut;
      }
    } finally {
      warnings.push(...toldOnce(told));
    }
  }

  /**
   * One durable transaction; the code that it needs is loaded and its input read before. Throws like `database` and
   * `writeWhenFree`.
   */
  async write<Result>(work: (database: Database) => Result): Promise<Result> {
    return this.#write({ work, durable: true });
  }

  /** Whether the ledger was opened. */
  get isOpen(): boolean {
    return this.#database !== null;
  }

  /**
   * Like `write`, but a power loss may undo it: for notes about what was sent. Without them the same data is sent
   * again. Does not wait for the disk; never used for a mark.
   */
  async note<Result>(work: (database: Database) => Result): Promise<Result> {
    return this.#write({ work, durable: false });
  }

  /**
   * Writes the first rows of a ledger that this process has created into its file, without waiting: a copy of that file
   * alone then has them. Later ones are in its log until the last connection closes.
   */
  settleNew(): void {
    if (!this.#isNew) return;
    this.#isNew = false;
    try {
      this.#database?.pragma('wal_checkpoint(PASSIVE)');
    } catch {
      // They are in the log, like all later ones.
    }
  }

  close(): void {
    this.#database?.close();
    this.#database = null;
  }

  /** A ledger that disappeared is not created again: it may be restored. */
  #leaveReplaced(): void {
    const { ledgerPath: path } = this.options;
    if (this.#file === null || fileIdentity(path) === this.#file) return;
    this.close();
    this.#damage = null;
    if (fileIdentity(path) === null) throw ledgerIsGone(path);
  }

  async #openOrCreate(): Promise<Database> {
    const { ledgerPath: path, migrate, makes = true, judgePlace } = this.options;
    judgePlace?.(makes);
    try {
      const found = migrate ? null : openLedger(path);
      if (found !== null) return found;
    } catch (error) {
      if (!(error instanceof EmptyLedger)) throw error;
    }
    const isMissing = (standing(path)?.size ?? 0) === 0;
    if (isMissing && !makes) throw noLedgerYet(path);
    const { openOrCreateLedger } = await import('./file/create.ts');
    const database = openOrCreateLedger(this.#context, { path, migrate, warn: this.options.warn });
    this.#isNew = isMissing;
    return database;
  }

  async #recordOwn(mark: Mark, taken: readonly Warning[]): Promise<Warning[]> {
    const apply = await this.#preparedMark(await this.database(), mark);
    return this.write((database) => {
      const own = apply(database);
      saveOpenMark(database, mark);
      if (taken.length + own.length > 0) saveWarnings(database, { warnings: [...taken, ...own], mark });
      return own;
    });
  }

  /**
   * The code for marks of phases and tests is always loaded; that for the others is loaded before the ledger is locked.
   */
  async #preparedMark(database: Database, mark: Mark): Promise<(database: Database) => Warning[]> {
    if (mark.kind === 'phase-start') return (open) => applyPhaseStart(open, mark);
    if (mark.kind === 'phase-end') return (open) => applyPhaseEnd(open, mark);
    if (mark.kind === 'smoke') return (open) => applySmoke(open, mark);
    const { prepareMark } = await import('./marks/apply.ts');
    return prepareMark(this.#context, { database, mark });
  }

  async #write<Result>({
    work,
    durable,
  }: {
    work: (database: Database) => Result;
    durable: boolean;
  }): Promise<Result> {
    const database = await this.database();
    try {
      return await writeWhenFree(this.#context, {
        database,
        durable,
        work: () => work(database),
        timeoutMs: () => this.#patienceMs(),
        onLocked: () => this.#noteLocked(),
      });
    } catch (error) {
      throw this.#asOurs(error);
    }
  }

  /** If the full time was waited, the next marks need not. */
  #noteLocked(): void {
    const { ledgerPath } = this.options;
    if (!ledgerWasLocked(ledgerPath)) noteLocked(ledgerPath, true);
  }

  /** A ledger that was locked recently is not waited for that long again. */
  #patienceMs(): number {
    return ledgerWasLocked(this.options.ledgerPath)
      ? Math.min(200, this.options.ledgerTimeoutMs)
      : this.options.ledgerTimeoutMs;
  }
}
