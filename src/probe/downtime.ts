import type { Instant } from '../model.ts';
import { earlier, later, signedSeconds } from './order.ts';

/** The part of an attempt that downtime depends on. */
export interface Sample {
  /** When it was sent. */
  readonly startedAt: Instant;
  /** When it got a response or was given up. */
  readonly endedAt: Instant;
  readonly healthy: boolean;
}

/** A time without service; null if it had not ended at the last attempt. */
export interface Outage {
  readonly beganAt: Instant;
  readonly endedAt: Instant | null;
}

export interface Measurement {
  readonly attempts: readonly Sample[];
  readonly commandStartedAt: Instant;
  readonly hasPreviousVersion: boolean;
}

/**
 * The outage shown by attempts around a cutover: at most one, from the last success before the first failure to the
 * first success after the last one. Before and after is the order of sending, since attempts overlap and a late timeout
 * says nothing about the moment it ends; a success proves service at its response. So it begins early and ends late,
 * each by at most one interval and the time of one response.
 */
export function measureOutages(measurement: Measurement): Outage[] {
  const sent = [...measurement.attempts].sort((a, b) => signedSeconds(b.startedAt, a.startedAt));
  const firstFailure = sent.findIndex((sample) => !sample.healthy);
  const lastFailure = sent.findLastIndex((sample) => !sample.healthy);
  const failure = sent[firstFailure];
  if (failure === undefined) return [];
  const before = sent.slice(0, firstFailure).map(({ endedAt }) => endedAt);
  const after = sent.slice(lastFailure + 1).map(({ endedAt }) => endedAt);
  if (before.length === 0 && !measurement.hasPreviousVersion) return [];
  // A slow response may come after the next attempt has failed: the outage does not begin after that failure.
  const lastSeen = before.length === 0 ? null : earlier(before.reduce(later), failure.startedAt);
  const beganAt = lastSeen ?? measurement.commandStartedAt;
  if (after.length === 0) return [{ beganAt, endedAt: null }];
  return [{ beganAt, endedAt: later(beganAt, after.reduce(earlier)) }];
}
