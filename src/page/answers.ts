/** What the server answers to the page. */

export interface Overview {
  readonly sample?: boolean;
  readonly sites: readonly { readonly deployment: string; readonly environment: string }[];
  readonly site: { readonly deployment: string; readonly environment: string } | null;
  readonly in_service: {
    readonly version: string;
    readonly commit_sha: string | null;
    readonly since: string;
  } | null;
  readonly healthy: boolean | null;
  readonly total: number;
  readonly successful: number;
  readonly failed: number;
  readonly phases: readonly {
    readonly stage: string;
    readonly deployments: number;
    readonly mean: number;
    readonly share: number;
  }[];
  readonly last: {
    readonly id: string | null;
    readonly version: string;
    readonly status: string;
    readonly started_at: string;
    readonly health: {
      readonly success: boolean;
      readonly verdict: string;
      readonly error: string | null;
    } | null;
    readonly rolled_back: boolean;
    readonly rolled_back_to: string | null;
  } | null;
  readonly last_failed: {
    readonly id: string | null;
    readonly version: string;
    readonly started_at: string;
    readonly phase: string | null;
    readonly error: string | null;
    readonly rolled_back: boolean;
    readonly rolled_back_to: string | null;
  } | null;
  readonly running: readonly { readonly id: string; readonly version: string; readonly started_at: string }[];
  readonly trend: readonly TrendPoint[];
}

export interface TrendPoint {
  readonly id: string | null;
  readonly version: string;
  readonly started_at: string;
  readonly status: string;
  readonly total: number | null;
  readonly downtime: number | null;
  readonly time_to_healthy: number | null;
}

export interface Row {
  readonly deployment_id: string | null;
  readonly deployment: string | null;
  readonly environment: string | null;
  readonly version: string;
  readonly previous_version: string | null;
  readonly hostname: string | null;
  readonly deployment_started_at: string;
  readonly deployment_completed_at: string | null;
  readonly total_duration: number | null;
  readonly downtime_duration: number | null;
  readonly time_to_healthy: string | null;
  readonly health_check_success: boolean | null;
  readonly status: string;
  readonly error_message: string | null;
  readonly notes: string | null;
  readonly rolled_back: boolean;
  readonly rolled_back_to: string | null;
  readonly commit_sha: string | null;
  readonly url: string | null;
  readonly triggered_by: string | null;
  readonly deployment_method: string | null;
  readonly cpu_seconds: number | null;
  readonly memory_bytes: number | null;
}

export interface Page {
  readonly rows: readonly Row[];
  readonly next: { readonly startedAt: string; readonly rowId: number } | null;
}

export interface Phase {
  readonly stage: string;
  readonly service: string;
  readonly started_at: string | null;
  readonly ended_at: string | null;
  readonly duration: number | null;
  readonly status: string;
  readonly error_message: string | null;
  readonly of_rollback: boolean;
  readonly median: number | null;
}

export interface Deployment extends Row {
  readonly sample?: boolean;
  readonly phases: readonly Phase[];
  readonly health_verifications: readonly {
    readonly check_type: string;
    readonly success: boolean;
    readonly verdict: string;
    readonly error_message: string | null;
    readonly attempts: number;
  }[];
  readonly rollbacks: readonly {
    readonly at: string;
    readonly reason: string;
    readonly to_version: string | null;
  }[];
  readonly changes:
    | readonly {
        readonly kind: string;
        readonly name: string;
        readonly before: string | null;
        readonly after: string | null;
      }[]
    | null;
  readonly facts: readonly { readonly fact: string; readonly value: string; readonly source: string }[];
  readonly attempts: readonly {
    readonly at: string;
    readonly latency: number;
    readonly healthy: boolean;
    readonly verdict: string;
    readonly of_prober: boolean;
  }[];
  readonly before: string | null;
  readonly rolled_back_by: string | null;
}
