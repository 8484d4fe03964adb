import type { GroupKey } from '../model.ts';

/** What a ledger's rows say, in the words of the metrics: what was counted when, and what was so from when to when. */
export interface History {
  /** Events of a counter, or measurements of a histogram, whose labels include these; in order of time. */
  eventsOf(metric: string, labels: Readonly<Record<string, string>>): readonly MetricEvent[];
  /** In order of their starts. */
  readonly deployments: readonly DeploymentSpan[];
  readonly verifications: readonly VerificationEvent[];
  readonly errorRates: readonly ErrorRateEvent[];
}

export interface MetricEvent {
  readonly atMs: number;
  readonly labels: Readonly<Record<string, string>>;
  /** What a counter grew by, or what was measured. */
  readonly amount: number;
}

export interface DeploymentSpan {
  readonly group: GroupKey;
  readonly id: string;
  readonly startedMs: number;
  /** Infinity while it runs. */
  readonly endedMs: number;
  /** When it was first rolled back with success; Infinity where it was not. */
  readonly rolledBackMs: number;
}

export interface VerificationEvent {
  readonly group: GroupKey;
  readonly id: string;
  readonly service: string;
  readonly atMs: number;
  readonly success: boolean;
  /** Ran while its deployment did: it is a run of the phase too. */
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
