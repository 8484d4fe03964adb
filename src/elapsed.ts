import type { Context } from './context.ts';

/**
 * Starts a watch: each call gives the milliseconds since. By the monotonic clock: no correction of the wall clock makes a
 * wait longer or shorter.
 */
export function stopwatch(context: Pick<Context, 'instant'>): () => number {
  const nowMs = () => (context.instant().monotonicSeconds ?? 0) * 1000;
  const beganMs = nowMs();
  return () => nowMs() - beganMs;
}
