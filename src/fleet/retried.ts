import type { Context } from '../context.ts';
import { randomHex } from '../randomHex.ts';
import { StoreError } from './storeProblem.ts';

const mostRetries = 5;
const firstPauseMs = 50;

/**
 * Repeats what the database has aborted for the sake of another transaction, as long as there is time left for the pause
 * before it. Throws what `work` throws at last.
 */
export async function retried<Result>(
  context: Context,
  { work, leftMs }: { work: () => Promise<Result>; leftMs: () => number },
): Promise<Result> {
  for (let failures = 0; ; ) {
    try {
      return await work();
    } catch (error) {
      failures += 1;
      const pauseMs = firstPauseMs * 2 ** failures * (0.5 + jitter());
      const isLast = failures > mostRetries || pauseMs >= leftMs();
      if (!(error instanceof StoreError) || error.fate !== 'retry' || isLast) throw error;
      await context.sleep(pauseMs);
    }
  }
}

/** From 0 to 1: two hosts that were aborted together do not meet again at the same moment. */
function jitter(): number {
  return Number.parseInt(randomHex(2), 16) / 0xffff;
}
