import type { GroupKey } from '../model.ts';

/** The rows of a ledger in the terms of the metrics: events with their time, and states with their period. */
export interface History {
  /** Events of a counter, or measurements of a histogram, whose labels include these; ordered by time. */
  eventsOf(metric: string, labels: Readonly<Record<string, string>>): readonly MetricEvent[];
  /** Ordered by start. */
  readonly deployments: readonly DeploymentSpan[];
  readonly verifications: readonly VerificationEvent[];
  readonly errorRates: readonly ErrorRateEvent[];
}

export interface MetricEvent {
  readonly atMs: number;
  readonly labels: Readonly<Record<string, string>>;
  /** Increase of a counter, or the measured value. */
  readonly amount: number;
}

export interface DeploymentSpan {
  readonly group: GroupKey;
  readonly id: string;
  readonly startedMs: number;
  /** Infinity while it is running. */
  readonly endedMs: number;
  /** The first successful rollback; Infinity if there was none. */
  readonly rolledBackMs: number;
}

export interface VerificationEvent {
  readonly group: GroupKey;
  readonly id: string;
  readonly service: string;
  readonly atMs: number;
  readonly success: boolean;
  /** It ran before the end of its deployment, so it is also a run of the phase. */
  readonly isPhase: boolean;
}

export interface ErrorRateEvent {
  readonly group: GroupKey;
  readonly id: string;
  readonly service: string;
  readonly atMs: number;
  readonly startedMs: number;
  readonly rate: number;
}
