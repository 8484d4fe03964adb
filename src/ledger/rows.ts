// Made from the schema by scripts/generate-rows.mjs: change that, or src/ledger/file, and run `npm run generate`.

/**
 * Columns of one table as a statement names them: `Selected<'groups', { deliveredSeq: 'delivered_seq' }>` is what
 * `SELECT delivered_seq AS deliveredSeq FROM groups` gives.
 */
export type Selected<Table extends keyof Rows, Names extends Readonly<Record<string, keyof Rows[Table]>>> = {
  readonly [Name in keyof Names]: Rows[Table][Names[Name]];
};

/** A row of each table, as SQLite gives it. */
export interface Rows {
  readonly deployment_metrics: {
    readonly id: number;
    readonly version: string;
    readonly previous_version: string | null;
    readonly deployment_started_at: string;
    readonly deployment_completed_at: string | null;
    readonly hostname: string | null;
    readonly os_version: string | null;
    readonly python_version: string | null;
    readonly extract_duration: number | null;
    readonly venv_rebuild_duration: number | null;
    readonly migration_duration: number | null;
    readonly cutover_duration: number | null;
    readonly total_duration: number | null;
    readonly downtime_duration: number | null;
    readonly health_check_success: number | null;
    readonly health_check_duration: number | null;
    readonly time_to_healthy: string | null;
    readonly deployment_method: string | null;
    readonly deployment_status: string | null;
    readonly error_message: string | null;
    readonly notes: string | null;
    readonly deployment_id: string | null;
    readonly deployment: string | null;
    readonly environment: string | null;
    readonly service: string | null;
    readonly instance: string | null;
    readonly runner: string | null;
    readonly commit_sha: string | null;
    readonly url: string | null;
    readonly triggered_at: string | null;
    readonly triggered_by: string | null;
    readonly rollback_of: string | null;
    readonly time_to_deploy: number | null;
    readonly downtime_open: number;
    readonly cpu_seconds: number | null;
    readonly memory_bytes: number | null;
    readonly discarded: number;
    readonly fragment: number;
    readonly exit_code: number | null;
    readonly python_command: string | null;
    readonly clock: string | null;
    readonly started_mono: number | null;
    readonly started_boot: string | null;
    readonly host_load: number | null;
  };
  readonly deployment_stages: {
    readonly id: number;
    readonly deployment_id: string;
    readonly run_id: string;
    readonly service: string;
    readonly stage: string;
    readonly started_at: string;
    readonly ended_at: string | null;
    readonly duration_seconds: number | null;
    readonly status: 'running' | 'success' | 'failed';
    readonly exit_code: number | null;
    readonly signal: string | null;
    readonly error_type: string | null;
    readonly error_message: string | null;
    readonly judged: 'yes' | 'allowed' | 'no';
    readonly of_rollback: number;
    readonly late: number;
    readonly cpu_seconds: number | null;
    readonly memory_bytes: number | null;
    readonly stderr_tail: string | null;
    readonly artifact_bytes: number | null;
    readonly download_seconds: number | null;
    readonly database_bytes: number | null;
    readonly clock: string | null;
    readonly started_mono: number | null;
    readonly started_boot: string | null;
    readonly caller: string | null;
  };
  readonly health_verifications: {
    readonly id: number;
    readonly deployment_id: string;
    readonly verification_id: string;
    readonly service: string;
    readonly check_type: string;
    readonly target: string | null;
    readonly started_at: string;
    readonly ended_at: string;
    readonly duration_seconds: number;
    readonly success: number;
    readonly verdict: string;
    readonly error_message: string | null;
    readonly expected_version: string | null;
    readonly attempts: number;
    readonly time_to_healthy_seconds: number | null;
    readonly judged: 'yes' | 'allowed' | 'no';
    readonly of_rollback: number;
    readonly late: number;
  };
  readonly health_checks: {
    readonly id: number;
    readonly deployment_id: string;
    readonly verification_id: string | null;
    readonly run_id: string | null;
    readonly service: string;
    readonly check_type: string;
    readonly checked_at: string;
    readonly latency_seconds: number;
    readonly status: 'healthy' | 'unhealthy';
    readonly verdict: string;
    readonly status_code: number | null;
    readonly version: string | null;
    readonly error_message: string | null;
    readonly of_rollback: number;
  };
  readonly outages: {
    readonly id: number;
    readonly deployment_id: string;
    readonly run_id: string;
    readonly began_at: string;
    readonly ended_at: string | null;
    readonly seconds: number | null;
    readonly began_mono: number | null;
    readonly began_boot: string | null;
  };
  readonly migrations: {
    readonly id: number;
    readonly deployment_id: string;
    readonly run_id: string;
    readonly service: string;
    readonly finished_at: string;
    readonly status: 'success' | 'failure';
    readonly migration_count: number;
    readonly duration_seconds: number | null;
  };
  readonly rollbacks: {
    readonly id: number;
    readonly deployment_id: string;
    readonly rollback_id: string;
    readonly at: string;
    readonly reason: string;
    readonly reason_class: string;
    readonly from_version: string | null;
    readonly to_version: string | null;
    readonly success: number;
    readonly settled: number;
    readonly by_deployment_id: string | null;
    readonly lived_seconds: number | null;
    readonly exit_code: number | null;
    readonly error_message: string | null;
  };
  readonly schema_version: {
    readonly version: number;
    readonly applied_at: string;
  };
  readonly ledger: {
    readonly one: number;
    readonly ledger_id: string;
    readonly created_at: string;
  };
  readonly groups: {
    readonly id: number;
    readonly instance: string;
    readonly deployment: string;
    readonly environment: string;
    readonly seq: number;
    readonly delivered_seq: number;
    readonly delivered_at: number | null;
    readonly adopted_url: string | null;
    readonly adopted_from: string | null;
    readonly adopted_at: number | null;
    readonly refused_url: string | null;
    readonly refused_version: string | null;
    readonly refused_line: string | null;
    readonly lease_holder: string | null;
    readonly lease_until: number;
    readonly gone_at: number | null;
    readonly gone_why: string | null;
    readonly aged_out: number;
    readonly scraped_at: number | null;
  };
  readonly totals: {
    readonly group_id: number;
    readonly family: string;
    readonly labels: string;
    readonly part: string;
    readonly value: number;
    readonly delivered: number;
    readonly base: number;
  };
  readonly declarations: {
    readonly group_id: number;
    readonly kind: string;
    readonly value: string;
    readonly at: string;
  };
  readonly last_stages: {
    readonly group_id: number;
    readonly service: string;
    readonly stage: string;
    readonly duration_seconds: number;
  };
  readonly last_checks: {
    readonly group_id: number;
    readonly check_type: string;
    readonly healthy: number;
  };
  readonly gateways: {
    readonly url: string;
    readonly failures: number;
    readonly retry_at: number;
    readonly last_error: string | null;
  };
  readonly probers: {
    readonly run_id: string;
    readonly deployment_id: string;
    readonly pid: number;
    readonly started: string | null;
    readonly boot: string | null;
    readonly file: string;
    readonly pid_namespace: string | null;
  };
  readonly marks_seen: {
    readonly mark_id: string;
    readonly at: string;
  };
  readonly journals: {
    readonly file_id: string;
    readonly position: number;
  };
  readonly host_facts: {
    readonly boot: string;
    readonly hostname: string | null;
    readonly os_version: string | null;
    readonly cpu: string | null;
    readonly cores: number | null;
    readonly memory_bytes: number | null;
    readonly read_at: string;
  };
  readonly warnings: {
    readonly id: number;
    readonly at: string;
    readonly deployment_id: string | null;
    readonly code: string;
    readonly message: string;
  };
  readonly smoke_tests: {
    readonly id: number;
    readonly deployment_id: string;
    readonly run_id: string;
    readonly service: string;
    readonly test_name: string;
    readonly started_at: string | null;
    readonly run_at: string;
    readonly duration_seconds: number | null;
    readonly status: 'success' | 'failure';
    readonly exit_code: number | null;
    readonly signal: string | null;
    readonly error_message: string | null;
    readonly judged: 'yes' | 'allowed' | 'no';
    readonly of_rollback: number;
    readonly late: number;
    readonly cpu_seconds: number | null;
    readonly memory_bytes: number | null;
    readonly stderr_tail: string | null;
  };
  readonly infrastructure_costs: {
    readonly id: number;
    readonly deployment_id: string;
    readonly cost_id: string;
    readonly at: string;
    readonly resource: string;
    readonly cost_usd: number;
  };
  readonly post_deployment_errors: {
    readonly id: number;
    readonly deployment_id: string;
    readonly error_id: string;
    readonly service: string;
    readonly at: string;
    readonly error_rate: number;
    readonly source: string;
  };
  readonly error_budget_events: {
    readonly id: number;
    readonly deployment_id: string;
    readonly at: string;
    readonly cause: string;
    readonly weight: number;
  };
  readonly tracked_items: {
    readonly deployment_id: string;
    readonly kind: string;
    readonly name: string;
    readonly value: string | null;
  };
  readonly tracking: {
    readonly deployment_id: string;
    readonly tracked: string;
  };
  readonly marks_kept: {
    readonly id: number;
    readonly deployment_id: string;
    readonly mark_id: string;
    readonly mark: string;
  };
  readonly imported_deployments: {
    readonly deployment_id: string;
    readonly at: string;
  };
  readonly deployment_facts: {
    readonly deployment_id: string;
    readonly fact: string;
    readonly value: string;
    readonly source: string;
    readonly at: string;
  };
  readonly collected_events: {
    readonly source: string;
    readonly event_id: string;
    readonly at: string;
    readonly deployment_id: string | null;
  };
  readonly collectors: {
    readonly name: string;
    readonly state: string;
  };
  readonly containers: {
    readonly container_id: string;
    readonly deployment_id: string;
    readonly name: string;
    readonly started_at: string | null;
    readonly removed_at: string | null;
    readonly cpu_seconds: number | null;
    readonly memory_bytes: number | null;
    readonly said_status: string | null;
    readonly has_healthcheck: number | null;
    readonly health: string | null;
    readonly health_at: string | null;
    readonly ended_at: string | null;
    readonly exit_code: number | null;
  };
  readonly processes: {
    readonly deployment_id: string;
    readonly role: string;
    readonly pid: number;
    readonly pid_namespace: string;
    readonly started: string | null;
    readonly boot: string | null;
    readonly knows_alone: number;
  };
  readonly freezes: {
    readonly id: number;
    readonly freeze_id: string;
    readonly created_at: string;
    readonly deployment: string | null;
    readonly environment: string | null;
    readonly until: string;
    readonly reason: string;
    readonly set_by: string | null;
    readonly thawed_at: string | null;
    readonly thawed_by: string | null;
  };
  readonly gate_decisions: {
    readonly id: number;
    readonly decision_id: string;
    readonly at: string;
    readonly deployment: string;
    readonly environment: string;
    readonly version: string | null;
    readonly verdict: 'go' | 'frozen' | 'hotfix' | 'rollback' | 'error';
    readonly passed: number;
    readonly reason: string;
    readonly rules: string;
    readonly ends_at: string | null;
    readonly triggered_by: string | null;
    readonly hotfix_reason: string | null;
  };
  readonly rollups: {
    readonly kind: string;
    readonly level: number;
    readonly unit: string;
    readonly deployment: string;
    readonly environment: string;
    readonly content: Buffer;
  };
  readonly rollup_changes: {
    readonly unit: string;
  };
  readonly rollup_reach: {
    readonly one: number;
    readonly since: string;
  };
  readonly store_state: {
    readonly one: number;
    readonly revision: number;
    readonly sent_revision: number;
    readonly store_id: string | null;
    readonly host: string | null;
    readonly failures: number;
    readonly retry_at: number;
    readonly last_error: string | null;
  };
  readonly store_rows: {
    readonly kind: string;
    readonly key: string;
    readonly revision: number;
    readonly sent: number;
  };
}
