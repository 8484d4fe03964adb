import type { Site } from '../ledger/read/endedSites.ts';
import type { Cursor } from '../ledger/read/pages.ts';
import type { DeploymentStatus } from '../model.ts';
import type { DeploymentJson } from '../report/deploymentJson.ts';
import type { Measure } from '../report/dora/measures.ts';
import type { Failure } from '../report/failure.ts';
import type { DetailJson } from '../report/show/showJson.ts';

/** The responses of `/api`: types of the server and of the web UI. Times are ISO 8601 in UTC, durations are seconds. */

interface Sampled {
  /** All deployments are sample data. */
  readonly sample?: true;
}

/** `/api/overview`. `site` is null if the ledger has no deployment yet. */
export type Overview = EmptyOverview | SiteOverview;

export interface EmptyOverview extends Sampled {
  readonly sites: readonly Site[];
  readonly site: null;
}

export interface SiteOverview extends Sampled {
  readonly sites: readonly Site[];
  readonly site: Site;
  readonly in_service: {
    readonly version: string;
    readonly commit_sha: string | null;
    readonly since: string;
  } | null;
  /** Null if nothing was verified. */
  readonly healthy: boolean | null;
  readonly total: number;
  readonly successful: number;
  readonly failed: number;
  readonly phases: readonly {
    readonly stage: string;
    readonly deployments: number;
    readonly mean: number;
    /** Ratio of the total time of all phases, 0 to 1. */
    readonly share: number;
  }[];
  readonly last: LastDeployment | null;
  readonly last_failed: FailedDeployment | null;
  readonly running: readonly {
    readonly id: string | null;
    readonly version: string;
    readonly started_at: string;
  }[];
  /** Oldest first. */
  readonly trend: readonly TrendPoint[];
  readonly dora: DoraOverview;
}

/** DORA's five measures of the recent deployments, and the report that the levels are from. */
export interface DoraOverview {
  readonly report: string;
  readonly since: string;
  readonly measures: readonly Measure[];
}

export interface LastDeployment {
  readonly id: string | null;
  readonly version: string;
  readonly status: DeploymentStatus;
  readonly started_at: string;
  readonly health: {
    readonly success: boolean;
    readonly verdict: string;
    readonly error: string | null;
  } | null;
  readonly rolled_back: boolean;
  readonly rolled_back_to: string | null;
}

export interface FailedDeployment {
  readonly id: string | null;
  readonly version: string;
  readonly started_at: string;
  readonly failure: Failure | null;
  readonly rolled_back: boolean;
  readonly rolled_back_to: string | null;
}

export interface TrendPoint {
  readonly id: string | null;
  readonly version: string;
  readonly started_at: string;
  readonly status: DeploymentStatus;
  readonly total: number | null;
  readonly downtime: number | null;
  readonly time_to_healthy: number | null;
}

/** `/api/deployments`: newest first, and the cursor of the next page; null after the last page. */
export interface DeploymentPage {
  readonly rows: readonly DeploymentJson[];
  readonly next: Cursor | null;
}

/** `/api/deployments/<id>`: the fields of `show --json`, each attempt, and the IDs of deployments to compare with. */
export type Deployment = DetailJson &
  Sampled & {
    readonly attempts: readonly {
      readonly at: string;
      readonly latency: number;
      readonly healthy: boolean;
      readonly verdict: string;
      /** False if it is an attempt of a health check. */
      readonly of_prober: boolean;
    }[];
    readonly before: string | null;
    readonly rolled_back_by: string | null;
  };

/** The data in a report: responses by their path. */
export interface ReportAnswers {
  /** The part of the URL from `#` on that the report opens with; empty for the list. */
  readonly start: string;
  readonly '/api/overview': Overview;
  readonly '/api/deployments': DeploymentPage;
  readonly [deployment: `/api/deployments/${string}`]: Deployment;
}
