import type { Context } from '../context.ts';
import { signedSeconds } from './order.ts';

/** Later than this, the timer was not late by itself: our own process was held up. */
const heldUpMs = 20;
/** The longest that a timer can wait; more would fire at once. */
const longestMs = 2 ** 31 - 1;

/**
 * Calls `expire` after `timeoutMs`; the returned function calls it off. What our own process slept through
 * (a locked ledger is waited for in one piece) is given back once: answers that came meanwhile lie unread.
 */
export function startDeadline(context: Context, timeoutMs: number, expire: () => void): () => void {
  const startedAt = context.instant();
  let timer = setTimeout(check, Math.min(timeoutMs, longestMs));
  function check(): void {
    const lateMs = signedSeconds(startedAt, context.instant()) * 1000 - timeoutMs;
    if (lateMs <= heldUpMs) expire();
    else timer = setTimeout(expire, Math.min(lateMs, timeoutMs));
  }
  return () => clearTimeout(timer);
}
