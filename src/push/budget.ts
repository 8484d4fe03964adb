import type { Context } from '../context.ts';
import { stopwatch } from '../duration.ts';

/**
 * The time that the requests of one command have together. Waiting for the ledger and reading what a gateway holds have
 * limits of their own and are not counted.
 */
export class Budget {
  readonly #context: Context;
  #leftMs: number;

  constructor(context: Context, totalMs: number) {
    this.#context = context;
    this.#leftMs = totalMs;
  }

  /** Whole milliseconds; 0 if nothing more may be sent. */
  get leftMs(): number {
    return Math.max(0, Math.floor(this.#leftMs));
  }

  /**
   * Runs `work`, which gets the remaining time, and subtracts what it used; the clock stops early if `work` says so.
   */
  async spend<Result>(work: (leftMs: number, stop: () => void) => Promise<Result>): Promise<Result> {
    const spentMs = stopwatch(this.#context);
    let running = true;
    const stop = () => {
      if (running) this.#leftMs -= spentMs();
      running = false;
    };
    try {
      return await work(Math.max(1, this.leftMs), stop);
    } finally {
      stop();
    }
  }
}

/**
 * Measures one request of `timeoutMs`. `gatewayHadMs`: how long the gateway had when the time was up; null if the time
 * was not up, and the gateway itself has failed. On a busy machine this process notices the end late; the request
 * waited for us as long before.
 */
export function startRequest(context: Context, timeoutMs: number): { gatewayHadMs: () => number | null } {
  const tookMs = stopwatch(context);
  return {
    gatewayHadMs() {
      const lateMs = tookMs() - timeoutMs;
      return lateMs < 0 ? null : Math.max(0, timeoutMs - lateMs);
    },
  };
}
