import type { DeploymentStatus, GroupKey } from '../model.ts';

/**
 * One stored total, including the baseline. `labels` are the values in the catalogue's order. `part` is '' for a
 * counter; for a histogram 'sum' or the upper bound of one bucket ('+Inf' for the last), which counts only the
 * observations of that bucket. Counters and sums of the catalogue's families with `millionths` (seconds, milliseconds,
 * USD) are whole millionths, everything else a count.
 */
export interface Total {
  readonly family: string;
  readonly labels: readonly string[];
  readonly part: string;
  readonly value: number;
}

export interface RecentStage {
  readonly service: string;
  readonly stage: string;
  readonly startedAtMs: number;
  /** Null while it runs. */
  readonly durationSeconds: number | null;
  readonly status: 'running' | 'success' | 'failed';
}

export interface RecentDeployment {
  readonly id: string;
  readonly version: string;
  readonly status: DeploymentStatus;
  readonly rolledBack: boolean;
  readonly method: string;
  readonly url: string | null;
  readonly startedAtMs: number;
  readonly durationSeconds: number | null;
  /** The latest run of each service and stage. */
  readonly stages: readonly RecentStage[];
  /** US dollars by resource, as it was named. */
  readonly costs: readonly { readonly resource: string; readonly usd: number }[];
}

/** All input of one group's text: read in one transaction, rendered without another read. */
export interface GroupSnapshot {
  readonly key: GroupKey;
  readonly ledgerId: string;
  readonly programVersion: string;
  /** The ledger's sequence number of this group, including the baseline. */
  readonly events: number;
  readonly totals: readonly Total[];
  readonly defaultService: string;
  readonly declared: {
    readonly services: readonly string[];
    /** Pairs of service and stage, at most 45 including `other`. */
    readonly stages: readonly (readonly [service: string, stage: string])[];
    readonly tests: readonly string[];
    readonly resources: readonly string[];
    readonly checkTypes: readonly string[];
  };
  /** Newest first, at most ten. */
  readonly recent: readonly RecentDeployment[];
  readonly inService: {
    readonly version: string;
    readonly commitSha: string | null;
    readonly sinceMs: number;
  } | null;
  readonly lastVerificationHealthy: boolean | null;
  readonly lastChecks: readonly { readonly checkType: string; readonly healthy: boolean }[];
  readonly lastStages: readonly {
    readonly service: string;
    readonly stage: string;
    readonly durationSeconds: number;
  }[];
  readonly lastDurationSeconds: number | null;
  /** Newest first, at most ten distinct pairs. */
  readonly recentVersions: readonly { readonly version: string; readonly commitSha: string | null }[];
  /** Of the newest deployment that has one, the latest of each service, 0 to 1. */
  readonly errorRates: {
    readonly deploymentId: string;
    readonly services: readonly { readonly service: string; readonly errorRate: number }[];
  } | null;
  readonly host: { readonly osVersion: string; readonly runtimeVersion: string } | null;
  /** Peak resident bytes of the newest measured deployment. */
  readonly memoryBytes: number | null;
}
