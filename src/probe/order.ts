import type { Instant } from '../model.ts';

/** Seconds from one instant to another, negative if it was before: on one boot's clock, otherwise by wall time. */
export function signedSeconds(from: Instant, to: Instant): number {
  const oneClock = from.boot !== null && from.boot === to.boot;
  if (oneClock && from.monotonicSeconds !== null && to.monotonicSeconds !== null) {
    return to.monotonicSeconds - from.monotonicSeconds;
  }
  return (to.wallMs - from.wallMs) / 1000;
}

export function earlier(a: Instant, b: Instant): Instant {
  return signedSeconds(a, b) < 0 ? b : a;
}

export function later(a: Instant, b: Instant): Instant {
  return signedSeconds(a, b) > 0 ? b : a;
}
