import type { Context } from '../context.ts';
import { stopwatch } from '../elapsed.ts';

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
