import type { Context } from '../context.ts';
import { signedSeconds } from './order.ts';

/** With a larger delay it is not the timer that was late: our own process was blocked. */
const heldUpMs = 20;
/** The longest that a timer can wait; more would fire at once. */
const longestMs = 2 ** 31 - 1;

/**
 * Calls `expire` after `timeoutMs`; the returned function cancels it. Time during which our own process was blocked
 * (waiting for a locked ledger) is added once: responses that came meanwhile are still unread.
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
