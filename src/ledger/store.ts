import type { Context } from '../context.ts';
import type { Warning } from '../errors.ts';
import type { Mark } from '../marks.ts';
import { keepMark } from './carry/keptMarks.ts';
import type { Database } from './file/addon.ts';
import { fileIdentity, ledgerIsGone, noLedgerYet } from './file/identity.ts';
import { keepStatements } from './file/keepStatements.ts';
import { ledgerWasLocked, noteLocked } from './file/locked.ts';
import { EmptyLedger, openLedger, standing } from './file/open.ts';
import { transact, waitWhileLocked } from './file/transact.ts';
import type { JournalPlaces } from './journal/journalPlaces.ts';
import { keepElsewhere } from './journal/keepElsewhere.ts';
import { hasUnread } from './journal/unread.ts';
import { keepWarnings } from './keepWarnings.ts';
import { applyPhaseEnd } from './marks/applyPhaseEnd.ts';
import { applyPhaseStart } from './marks/applyPhaseStart.ts';
import { applySmoke } from './marks/applySmoke.ts';

/** The parts of the ledger that a mark rarely needs: handed over so that they are loaded only then. */
export interface ColdLedger {
  openOrCreateLedger(context: Context, which: { path: string; migrate?: boolean }): Database;
  takeInJournals(context: Context, from: { database: Database; places: JournalPlaces }): Warning[];
  applyMark(context: Context, task: { database: Database; mark: Mark }): Warning[];
}

export interface StoreOptions extends JournalPlaces {
  readonly ledgerTimeoutMs: number;
  /** Whether an older ledger is migrated on opening. */
  readonly migrate: boolean;
  /** Whether this process lives long: it keeps its statements, and notices a file that went away or was replaced. */
  readonly staysOpen?: boolean;
  /** Whether a ledger is made where there is none; the default is yes. */
  readonly makes?: boolean;
  /** Looks at the place before it is used, and throws where it is not to be; with `make` its folder is made. */
  readonly judgePlace?: (make: boolean) => void;
  readonly cold: () => ColdLedger;
}

/** The ledger as commands see it: marks go in, whatever becomes of the file. One connection, opened on first use. */
export class Store {
  readonly options: StoreOptions;
  readonly #context: Context;
  #database: Database | null = null;
  /** Which file was opened, where that matters. */
  #file: string | null = null;
  #isNew = false;
  #damage: unknown = null;

  constructor(context: Context, options: StoreOptions) {
    this.#context = context;
    this.options = options;
  }

  /** The open ledger, made where there is none and it may be. Throws a DeploytrackError where it cannot be used. */
  async database(): Promise<Database> {
    const { ledgerPath: path, staysOpen = false } = this.options;
    if (staysOpen) this.#leaveReplaced();
    if (this.#damage !== null) throw this.#damage;
    if (this.#database !== null) return this.#database;
    this.#database = await waitWhileLocked(this.#context, {
      timeoutMs: this.#patienceMs(),
      path,
      attempt: () => this.#openOrCreate(),
    });
    if (staysOpen) {
      keepStatements(this.#database);
      this.#file = fileIdentity(path);
    }
    return this.#database;
  }

  /**
   * Keeps a mark: durable in the ledger when this resolves, else in the journal, else on stderr as a line that
   * `import` reads. Never throws; what went wrong is in the warnings.
   */
  async record(mark: Mark): Promise<Warning[]> {
    try {
      const warnings = await this.write((database) => this.#apply(database, mark));
      if (ledgerWasLocked(this.options.ledgerPath)) noteLocked(this.options.ledgerPath, false);
      return warnings;
    } catch (error) {
      return keepElsewhere(this.#context, { places: this.options, mark, error });
    }
  }

  /** One durable transaction that first takes in what waits in the journal. Throws like `database` and `transact`. */
  async write<Result>(work: (database: Database) => Result): Promise<Result> {
    return this.#transact(work, true);
  }

  /** Whether the ledger could be opened so far. */
  get isOpen(): boolean {
    return this.#database !== null;
  }

  /**
   * As `write`, but what power loss may take: notes of what was sent. Without them the same truth is sent once more. Costs
   * no wait for the disk; never for a mark.
   */
  async note<Result>(work: (database: Database) => Result): Promise<Result> {
    return this.#transact(work, false);
  }

  async #transact<Result>(work: (database: Database) => Result, durable: boolean): Promise<Result> {
    const database = await this.database();
    const timeoutMs = this.#patienceMs();
    try {
      return await transact(this.#context, { database, timeoutMs, work: () => work(database), durable });
    } catch (error) {
      // Nothing more is written into a file that was found damaged.
      if ((error as { code?: string }).code === 'LEDGER_DAMAGED') {
        this.close();
        this.#damage = error;
      }
      throw error;
    }
  }

  /**
   * Writes the first rows of a ledger that this process has made into its file, without waiting for anybody: whoever copies
   * that file alone has them. Later ones stand in its log until the last connection closes.
   */
  settleNew(): void {
    if (!this.#isNew) return;
    this.#isNew = false;
    try {
      this.#database?.pragma('wal_checkpoint(PASSIVE)');
    } catch {
      // They stand in the log, as all later ones do.
    }
  }

  close(): void {
    this.#database?.close();
    this.#database = null;
  }

  /** A ledger that disappeared is not made anew: whoever took it away may bring it back. */
  #leaveReplaced(): void {
    const { ledgerPath: path } = this.options;
    if (this.#file === null || fileIdentity(path) === this.#file) return;
    this.close();
    this.#damage = null;
    if (fileIdentity(path) === null) throw ledgerIsGone(path);
  }

  #openOrCreate(): Database {
    const { ledgerPath: path, migrate, cold, makes = true, judgePlace } = this.options;
    judgePlace?.(makes);
    try {
      const found = migrate ? null : openLedger(path);
      if (found !== null) return found;
    } catch (error) {
      if (!(error instanceof EmptyLedger)) throw error;
    }
    const isMissing = (standing(path)?.size ?? 0) === 0;
    if (isMissing && !makes) throw noLedgerYet(path);
    const database = cold().openOrCreateLedger(this.#context, { path, migrate });
    this.#isNew = isMissing;
    return database;
  }

  #apply(database: Database, mark: Mark): Warning[] {
    const taken = hasUnread(database, this.options)
      ? this.options.cold().takeInJournals(this.#context, { database, places: this.options })
      : [];
    const own = this.#applyOwn(database, mark);
    keepMark(database, mark);
    if (taken.length + own.length > 0) keepWarnings(database, { warnings: [...taken, ...own], mark });
    return [...taken, ...own];
  }

  /** The marks of phases and tests are always at hand, the others come with the bundle that makes them. */
  #applyOwn(database: Database, mark: Mark): Warning[] {
    if (mark.kind === 'phase-start') return applyPhaseStart(database, mark);
    if (mark.kind === 'phase-end') return applyPhaseEnd(database, mark);
    if (mark.kind === 'smoke') return applySmoke(database, mark);
    return this.options.cold().applyMark(this.#context, { database, mark });
  }

  /** A ledger that was locked lately is not waited for so long again. */
  #patienceMs(): number {
    return ledgerWasLocked(this.options.ledgerPath)
      ? Math.min(200, this.options.ledgerTimeoutMs)
      : this.options.ledgerTimeoutMs;
  }
}
