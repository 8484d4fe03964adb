import type { Context } from '../../context.ts';
import type { LimitedFilter } from '../../ledger/read/filter.ts';
import type { SliceFile } from '../../ledger/sync/sliceFile.ts';
import type { StoreError } from '../storeProblem.ts';
import { SliceRefresh } from './refreshSlice.ts';
import type { StoreConnection } from './storeConnection.ts';
import type { StoreState } from './storeState.ts';

const everyMs = 2000;
const compareEveryMs = 300_000;
const longestPauseMs = 60_000;

interface Followed {
  readonly context: Context;
  readonly connection: StoreConnection;
  readonly slice: SliceFile;
  readonly filter: LimitedFilter & { readonly limit: number };
  /** Called once when the store cannot be read any more. */
  readonly onLost: (error: StoreError) => void;
  readonly onBack: () => void;
}

/** Keeps a slice as the store is, until it is stopped. What was read stays if the store is gone. */
export class StoreFollower {
  readonly #followed: Followed;
  readonly #refresh: SliceRefresh;
  #comparedMs = Number.NEGATIVE_INFINITY;
  #readMs = 0;
  #lostMs: number | null = null;
  #failures = 0;
  #timer: NodeJS.Timeout | undefined;
  #running: Promise<void> = Promise.resolve();
  #isOver = false;

  constructor(followed: Followed) {
    this.#followed = followed;
    this.#refresh = new SliceRefresh(followed.slice, followed.filter);
  }

  /** Reads the newest deployments; older ones follow. Throws a StoreError. */
  async start(): Promise<void> {
    await this.#round();
    this.#next();
  }

  state(): StoreState {
    const { connection, filter } = this.#followed;
    const { left, isCut } = this.#refresh;
    return {
      shown: connection.shown,
      readMs: this.#readMs,
      lostMs: this.#lostMs,
      most: filter.limit,
      left,
      isCut,
    };
  }

  async stop(): Promise<void> {
    this.#isOver = true;
    clearTimeout(this.#timer);
    this.#followed.connection.close();
    await this.#running;
  }

  #next(): void {
    if (this.#isOver) return;
    this.#timer = setTimeout(() => {
      this.#running = this.#follow().then(() => this.#next());
    }, this.#pauseMs());
  }

  #pauseMs(): number {
    if (this.#failures === 0) return this.#refresh.left > 0 ? 0 : everyMs;
    // Servers that lost the store together do not come back at the same moment.
    const jitter = 0.75 + (this.#followed.context.pid % 50) / 100;
    return Math.min(longestPauseMs, 1000 * 2 ** Math.min(this.#failures, 10)) * jitter;
  }

  async #follow(): Promise<void> {
    const { context, onLost, onBack } = this.#followed;
    try {
      await this.#round();
      if (this.#lostMs !== null) onBack();
      this.#lostMs = null;
      this.#failures = 0;
    } catch (error) {
      if (this.#isOver) return;
      this.#failures += 1;
      if (this.#lostMs !== null) return;
      this.#lostMs = context.instant().wallMs;
      onLost(error as StoreError);
    }
  }

  async #round(): Promise<void> {
    const { context, connection } = this.#followed;
    const nowMs = context.instant().wallMs;
    await connection.use(async (open) => {
      if (Math.abs(nowMs - this.#comparedMs) >= compareEveryMs) {
        await this.#refresh.compareAll(open);
        this.#comparedMs = nowMs;
      } else await this.#refresh.readChanged(open);
      await this.#refresh.readSome(open);
    });
    this.#readMs = nowMs;
  }
}
