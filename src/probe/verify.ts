import type { Context } from '../context.ts';
import type { Instant } from '../model.ts';
import type { Attempt, Probe } from './attempt.ts';
import type { Verdict } from './finding.ts';
import { signedSeconds } from './order.ts';

/** The result of a series of attempts. */
export interface Verification {
  readonly success: boolean;
  /** `unstable`: successful checks, but fewer or less steady than required. */
  readonly verdict: Verdict | 'unstable';
  /** One line for people. */
  readonly words: string;
  readonly attempts: readonly Attempt[];
  readonly startedAt: Instant;
  readonly endedAt: Instant;
  /** The response that began the run of successful checks; null if there was no such run. */
  readonly firstGoodAt: Instant | null;
}

export interface VerifyOptions {
  readonly attempt: Probe;
  /** From the start of one attempt to the start of the next. */
  readonly intervalMs: number;
  /** Limits the whole; one attempt is made in any case. */
  readonly timeoutMs: number;
  readonly attemptTimeoutMs: number;
  /** Successful checks in a row that are required. */
  readonly consecutive: number;
  readonly onAttempt?: (attempt: Attempt) => void;
}

interface Made {
  readonly attempt: Attempt;
  /** Had less time than an attempt should have, because the time was ending. */
  readonly cut: boolean;
}

/** Makes attempts until enough successful checks came in a row, or the time is up. */
export async function verifyHealth(context: Context, options: VerifyOptions): Promise<Verification> {
  const startedAt = context.instant();
  const elapsedMs = () => signedSeconds(startedAt, context.instant()) * 1000;
  const made: Made[] = [];
  let run: Attempt[] = [];
  for (;;) {
    const sentMs = elapsedMs();
    const leftMs = Math.max(options.timeoutMs - sentMs, 1);
    const attempt = await options.attempt(Math.min(options.attemptTimeoutMs, leftMs));
    made.push({ attempt, cut: leftMs < options.attemptTimeoutMs });
    options.onAttempt?.(attempt);
    run = attempt.healthy ? [...run, attempt] : [];
    if (run.length >= options.consecutive) break;
    const waitMs = nextAttemptMs(options, { sentMs, nowMs: elapsedMs() }) - elapsedMs();
    if (waitMs === Number.POSITIVE_INFINITY) break;
    if (waitMs > 0) await context.sleep(waitMs);
  }
  return conclude(options, { made, run, startedAt, endedAt: context.instant() });
}

/** When to try again, from the start of it all; infinity for never. The last attempt comes before the end. */
function nextAttemptMs(options: VerifyOptions, { sentMs, nowMs }: { sentMs: number; nowMs: number }): number {
  const next = Math.max(sentMs + options.intervalMs, nowMs);
  if (next < options.timeoutMs) return next;
  const lastChance = options.timeoutMs - Math.min(options.intervalMs, options.attemptTimeoutMs) / 2;
  return lastChance > nowMs ? lastChance : Number.POSITIVE_INFINITY;
}

interface Outcome {
  readonly made: readonly Made[];
  readonly run: readonly Attempt[];
  readonly startedAt: Instant;
  readonly endedAt: Instant;
}

function conclude(options: VerifyOptions, { made, run, startedAt, endedAt }: Outcome): Verification {
  const attempts = made.map(({ attempt }) => attempt);
  const times = { attempts, startedAt, endedAt };
  const last = decisive(made);
  const count = attempts.length === 1 ? '1 attempt' : `${attempts.length} attempts`;
  if (run.length >= options.consecutive) {
    return {
      ...times,
      success: true,
      verdict: 'healthy',
      words: `${last.words} (${count})`,
      firstGoodAt: run[0]?.endedAt ?? null,
    };
  }
  const verdict = last.healthy ? 'unstable' : last.verdict;
  const words = last.healthy
    ? `healthy ${run.length} times in a row, needed ${options.consecutive}`
    : last.words;
  const within = `not healthy within ${options.timeoutMs / 1000} s (${count})`;
  return { ...times, success: false, verdict, words: `${within}: ${words}`, firstGoodAt: null };
}

/** The last attempt, unless it only ran out of its shortened time: then the last one with the full time. */
function decisive(made: readonly Made[]): Attempt {
  const fair = made.filter(({ attempt, cut }) => !(cut && attempt.verdict === 'timeout'));
  const last = fair.at(-1) ?? made.at(-1);
  if (last === undefined) throw new Error('a verification makes at least one attempt');
  return last.attempt;
}
