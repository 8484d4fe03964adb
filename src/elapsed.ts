import type { Context } from './context.ts';

/**
 * Starts a stopwatch: each call returns the milliseconds since. By the monotonic clock, so that corrections of the wall
 * clock have no effect.
 */
export function stopwatch(context: Pick<Context, 'instant'>): () => number {
  const nowMs = () => (context.instant().monotonicSeconds ?? 0) * 1000;
  const beganMs = nowMs();
  return () => nowMs() - beganMs;
}
