import type { Context } from '../context.ts';
import { stopwatch } from '../duration.ts';

/**
 * The time that the requests of one command have together. Waiting for the ledger and the body of what a gateway holds
 * have limits of their own and are not taken from it.
 */
export class Budget {
  readonly #context: Context;
  #leftMs: number;

  constructor(context: Context, totalMs: number) {
    this.#context = context;
    this.#leftMs = totalMs;
  }

  /** Whole milliseconds; 0 when nothing more may be sent. */
  get leftMs(): number {
    return Math.max(0, Math.floor(this.#leftMs));
  }

  /** Runs `work`, which gets what is left, and takes what it took; the clock stops early where `work` says so. */
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
 * Watches one request of `timeoutMs`. `gatewayHadMs`: how long the gateway had when the time was up; null where it was
 * not up, and the gateway itself has failed. How much too late we noticed the end is how long this process waits for its
 * turn on a busy machine: as long has the request waited for us before.
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
