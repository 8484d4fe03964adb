import type { Context } from '../context.ts';
import { stopwatch } from '../elapsed.ts';

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
