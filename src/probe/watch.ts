import type { Context } from '../context.ts';
import type { Attempt, Probe } from './attempt.ts';
import { signedSeconds } from './order.ts';
import type { Verification } from './verify.ts';

export interface WatchOptions {
  readonly attempt: Probe;
  readonly intervalMs: number;
  readonly attemptTimeoutMs: number;
  readonly watchMs: number;
  /** Ratio of successful checks that is enough, 0 to 1. */
  readonly minSuccess: number;
  readonly onAttempt?: (attempt: Attempt) => void;
}

/**
 * Makes attempts every interval for the whole time, then evaluates the ratio of successful checks. Ends early if the
 * ratio cannot be reached any more: a rollback should not wait for it.
 */
export async function watchHealth(context: Context, options: WatchOptions): Promise<Verification> {
  const startedAt = context.instant();
  const elapsedMs = () => signedSeconds(startedAt, context.instant()) * 1000;
  const mostAttempts = Math.max(Math.ceil(options.watchMs / options.intervalMs), 1);
  const attempts: Attempt[] = [];
  let bad = 0;
  do {
    const sentMs = elapsedMs();
    const attempt = await options.attempt(options.attemptTimeoutMs);
    attempts.push(attempt);
    options.onAttempt?.(attempt);
    if (!attempt.healthy) bad += 1;
    if ((mostAttempts - bad) / mostAttempts < options.minSuccess) break;
    const waitMs = Math.min(sentMs + options.intervalMs, options.watchMs) - elapsedMs();
    if (waitMs > 0) await context.sleep(waitMs);
  } while (elapsedMs() < options.watchMs);
  return { ...judge(options, { attempts, bad }), attempts, startedAt, endedAt: context.instant() };
}

function judge(
  options: WatchOptions,
  { attempts, bad }: { attempts: readonly Attempt[]; bad: number },
): Pick<Verification, 'success' | 'verdict' | 'words' | 'firstGoodAt'> {
  const good = attempts.length - bad;
  const success = good / attempts.length >= options.minSuccess;
  const lastBad = attempts.findLast((attempt) => !attempt.healthy);
  const reason = lastBad === undefined ? '' : `; last failure: ${lastBad.words}`;
  return {
    success,
    verdict: success ? 'healthy' : good === 0 && lastBad !== undefined ? lastBad.verdict : 'unstable',
    words: `${good} of ${attempts.length} attempts were healthy, needed ${Math.round(options.minSuccess * 1000) / 10} %${reason}`,
    firstGoodAt: attempts.find((attempt) => attempt.healthy)?.endedAt ?? null,
  };
}
