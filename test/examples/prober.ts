import { get } from 'node:http';
import { performance } from 'node:perf_hooks';

interface Attempt {
  readonly sentMs: number;
  readonly good: boolean;
}

/**
 * Requests a URL every few milliseconds, independently of deploytrack, and measures how long it was not
 * healthy.
 */
export interface Prober {
  /** Forgets all results so far. */
  begin(): void;
  /** Whether the newest completed attempt was successful. */
  readonly isGood: boolean;
  /**
   * Seconds from the last success before the first failure to the first success after the last failure; 0
   * without a failure.
   */
  outageSeconds(): number;
  /** The longest time between two attempts: how precise the outage is. */
  resolutionSeconds(): number;
  stop(): void;
}

export function probe(url: string, intervalMs = 30): Prober {
  let attempts: Attempt[] = [];
  const timer = setInterval(async () => {
    const sentMs = performance.now();
    attempts.push({ sentMs, good: await answersWell(url) });
  }, intervalMs);
  return {
    begin() {
      attempts = [];
    },
    get isGood() {
      return inOrder(attempts).at(-1)?.good === true;
    },
    outageSeconds: () => outage(inOrder(attempts)),
    resolutionSeconds: () => longestPause(attempts),
    stop: () => clearInterval(timer),
  };
}

/** By the time they were sent, because responses may overtake each other. */
function inOrder(attempts: readonly Attempt[]): Attempt[] {
  return attempts.toSorted((a, b) => a.sentMs - b.sentMs);
}

function answersWell(url: string): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get(url, { agent: false, timeout: 1000 }, (answer) => {
      answer.resume();
      resolve(answer.statusCode === 200);
    });
    request.on('timeout', () => request.destroy());
    request.on('error', () => resolve(false));
  });
}

function outage(attempts: readonly Attempt[]): number {
  const firstBad = attempts.findIndex((attempt) => !attempt.good);
  const lastBad = attempts.findLastIndex((attempt) => !attempt.good);
  const before = attempts[firstBad - 1];
  const after = attempts[lastBad + 1];
  if (before === undefined || after === undefined) return 0;
  return (after.sentMs - before.sentMs) / 1000;
}

function longestPause(attempts: readonly Attempt[]): number {
  const sent = attempts.map(({ sentMs }) => sentMs);
  return Math.max(0, ...sent.slice(1).map((ms, index) => ms - (sent[index] ?? ms))) / 1000;
}
