import type { Instant } from '../../src/model.ts';
import type { Attempt } from '../../src/probe/attempt.ts';
import type { Verdict } from '../../src/probe/finding.ts';

/** A moment of one boot, `ms` milliseconds after its start. */
export function at(ms: number): Instant {
  return { wallMs: Date.UTC(2026, 0, 15) + ms, monotonicSeconds: ms / 1000, boot: 'boot-1' };
}

/** An attempt at an instant that took no time. */
export function attemptAt(instant: Instant, verdict: Verdict): Attempt {
  const healthy = verdict === 'healthy';
  const words = `words of ${verdict}`;
  return {
    startedAt: instant,
    endedAt: instant,
    latencySeconds: 0,
    healthy,
    verdict,
    words,
    statusCode: null,
    version: null,
  };
}
