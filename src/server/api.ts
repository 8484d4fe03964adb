import type { Site } from '../ledger/read/endedSites.ts';
import type { Cursor } from '../ledger/read/listed.ts';
import type { ListState } from '../ledger/read/listFilter.ts';
import type { DeploymentStatus } from '../model.ts';
import type { DeploymentJson } from '../report/deploymentJson.ts';
import type { Measure } from '../report/dora/measures.ts';
import type { Failure } from '../report/failure.ts';
import type { DetailJson } from '../report/show/showJson.ts';

/** The responses of `/api`: types of the server and of the web UI. Times are ISO 8601 in UTC, durations are seconds. */

/** The source of the deployments, if it is not the ledger of the host. */
interface Sampled {
  /** All deployments are sample data. */
  readonly sample?: true;
  readonly store?: StoreJson;
}

/** The central store that the server shows. */
export interface StoreJson {
  /** Host, port and database. */
  readonly name: string;
  readonly read_at: string;
  /** Null: it can be read. */
  readonly lost_since: string | null;
  /** The start of the oldest deployment that is shown; null: the store has none before it. */
  readonly oldest: string | null;
  /** How many deployments are shown at most. */
  readonly most: number;
  /** How many of them are still to be read. */
  readonly left: number;
}

/** `/api/overview`: the first screen of a scope. */
export interface Overview extends Sampled {
  /** The clock of the server. */
  readonly now: string;
  /** The ledger has no deployment yet. */
  readonly is_empty: boolean;
  readonly sites: readonly Site[];
  readonly hosts: readonly (Site & { readonly instance: string })[];
  /** The site that was deployed last first. */
  readonly in_service: readonly InServiceJson[];
  /** How many more sites there are. */
  readonly more_in_service: number;
  readonly running: readonly RunningJson[];
  readonly last_failure: LastFailure | null;
  /** Of the period, and of the one of the same length before it; null if the period is everything. */
  readonly figures: { readonly now: FiguresJson; readonly before: FiguresJson | null };
  readonly budget: BudgetJson | null;
  /** Deployments of the period; `rolled-back` counts to 500. */
  readonly counts: Readonly<Record<ListState | 'all', number>>;
  /** The last ones, oldest first. */
  readonly bars: readonly BarJson[];
  /** Null if the scope is more than one site. */
  readonly dora: DoraOverview | null;
}

export interface InServiceJson extends Site {
  /** Null if nothing was deployed successfully yet. */
  readonly version: string | null;
  /** Null if nothing was verified. */
  readonly healthy: boolean | null;
  readonly commit_sha?: string | null;
  readonly since?: string;
  /** The deployment that put it in service. */
  readonly id?: string | null;
  readonly by?: string | null;
  readonly host?: string | null;
  readonly replaced?: string | null;
  readonly go_back_to?: { readonly version: string; readonly id: string | null } | null;
}

export interface FiguresJson {
  readonly total: number;
  /** Includes those with a warning. */
  readonly successful: number;
  readonly failed: number;
  readonly warning: number;
  readonly per_day: number | null;
  readonly deploy_median: number | null;
  readonly deploy_p95: number | null;
  readonly deploy_max: number | null;
  readonly downtime_median: number | null;
  readonly downtime_together: number | null;
  readonly restore_median: number | null;
  /** How many of `bad` were restored. */
  readonly restored: number;
  /** Failed or rolled back. */
  readonly bad: number;
  /** By its mean. */
  readonly longest_phase: { readonly stage: string; readonly mean: number; readonly share: number } | null;
}

/** Of the last 30 days. */
export interface BudgetJson {
  /** The one that has least left; null if more deployments failed than are told apart. */
  readonly site: Site | null;
  /** 0 to 1. */
  readonly left: number;
  readonly used: number | null;
  readonly events: number;
  readonly last_at: string | null;
}

export interface BarJson {
  readonly id: string | null;
  readonly version: string;
  readonly started_at: string;
  readonly status: DeploymentStatus;
  readonly total: number | null;
  readonly rolled_back: boolean;
}

export interface LastFailure {
  readonly row: ListRow;
  /** No deployment of the scope ended after it. */
  readonly is_last: boolean;
  readonly failure: Failure | null;
}

/** DORA's five measures of the recent deployments, and the report that the levels are from. */
export interface DoraOverview {
  readonly report: string;
  readonly since: string;
  readonly measures: readonly Measure[];
}

/** One line of the list. */
export type ListRow = DeploymentJson & {
  readonly row_id: number;
  /** The median of the last deployments of the site that succeeded. */
  readonly usual: number | null;
  readonly phases: readonly {
    readonly stage: string;
    readonly started_at: string;
    readonly ended_at: string | null;
    readonly seconds: number | null;
    readonly status: 'running' | 'success' | 'failed';
  }[];
};

/** A deployment in progress, with the phases that are usual in their order. */
export type RunningJson = ListRow & {
  readonly usual_phases: readonly { readonly stage: string; readonly seconds: number }[];
};

/** `/api/deployments`: newest first or as sorted, and the cursor of the next page; null after the last page. */
export interface DeploymentPage {
  readonly rows: readonly ListRow[];
  readonly next: Cursor | null;
  /** The search stopped there; null if all of the period was searched. */
  readonly searched_to: string | null;
  /** How many were sorted; null if the list is in the order of time. */
  readonly sorted: number | null;
}

/** `/api/deployments?ids=…`: what became of some deployments. */
export interface ChangedRows {
  /** Those of the scope. */
  readonly rows: readonly ListRow[];
  /** The IDs of those that are in the list. */
  readonly listed: readonly string[];
  readonly running: readonly RunningJson[];
}

/** `/api/comparison`: files and packages that differ; null if none were tracked of both. */
export interface ComparedItems {
  readonly changes: Deployment['changes'];
}

/** `/api/deployments/<id>`: the fields of `show --json`, each attempt, and the IDs of deployments to compare with. */
export type Deployment = DetailJson &
  Sampled & {
    /** The clock of the server. */
    readonly now: string;
    readonly attempts: readonly {
      readonly at: string;
      readonly latency: number;
      readonly healthy: boolean;
      readonly verdict: string;
      /** False if it is an attempt of a health check. */
      readonly of_prober: boolean;
    }[];
    readonly before: string | null;
    /** The commit of that one. */
    readonly commit_before: string | null;
    readonly after: string | null;
    readonly rolled_back_by: string | null;
    readonly usual: number | null;
    readonly usual_phases: RunningJson['usual_phases'];
  };

/** When and from what a report was made. */
export interface ReportOrigin {
  readonly at: string;
  readonly ledger: string;
  readonly host: string;
  readonly filter: string;
}

/** The data in a report: responses by their path. */
export interface ReportAnswers {
  /** The part of the URL from `#` on that the report opens with; empty for the list. */
  readonly start: string;
  readonly made: ReportOrigin;
  readonly '/api/overview': Overview;
  readonly '/api/deployments': DeploymentPage;
  readonly [deployment: `/api/deployments/${string}`]: Deployment;
}
