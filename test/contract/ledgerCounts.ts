import type { Program } from '../support/program.ts';

/** The events of a metric family with one label set: observed values, or counted events with their values. */
export interface Counted {
  readonly labels: Readonly<Record<string, string>>;
  readonly values: readonly number[];
}

type Row = Record<string, string | number | null>;

const ended = "deployment_status IN ('success', 'warning', 'failed') AND fragment = 0";
const outcome = "CASE deployment_status WHEN 'failed' THEN 'failure' ELSE 'success' END AS status";
const verified =
  'EXISTS (SELECT 1 FROM health_verifications v WHERE v.deployment_id = m.deployment_id AND v.of_rollback = 0)';

/**
 * For every counter and histogram, a query with one row per event: `value`, and the labels. Written from the
 * contract's column "counts the events of"; independent of the stored totals.
 */
const events: Readonly<Record<string, string>> = {
  deployment_total: `SELECT 1 AS value, ${outcome} FROM deployment_metrics WHERE ${ended}`,
  deployment_warning_total: "SELECT 1 AS value FROM deployment_metrics WHERE deployment_status = 'warning'",
  deployment_duration_seconds: `SELECT total_duration AS value FROM deployment_metrics WHERE ${ended}`,
  time_to_deploy_seconds:
    "SELECT time_to_deploy AS value FROM deployment_metrics WHERE deployment_status IN ('success', 'warning')",
  deployment_downtime_seconds: `SELECT coalesce(downtime_duration, cutover_duration) AS value FROM deployment_metrics WHERE ${ended}`,
  deployment_time_to_healthy_seconds: `SELECT CAST(time_to_healthy AS REAL) AS value FROM deployment_metrics WHERE ${ended} AND time_to_healthy IS NOT NULL`,
  deployment_health_verification_duration_seconds: `SELECT health_check_duration AS value FROM deployment_metrics m WHERE ${ended} AND ${verified}`,
  deployment_health_verification_total: `SELECT 1 AS value, iif(health_check_success = 1, 'success', 'failure') AS status FROM deployment_metrics m WHERE ${ended} AND ${verified}`,
  deployment_cpu_usage_seconds: `SELECT cpu_seconds AS value FROM deployment_metrics WHERE ${ended}`,
  deployment_stage_duration_seconds:
    'SELECT duration_seconds AS value, service, stage FROM deployment_stages WHERE late = 0',
  deployment_stage_failures_total:
    "SELECT 1 AS value, service, stage, error_type FROM deployment_stages WHERE late = 0 AND status = 'failed'",
  migration_total: 'SELECT migration_count AS value, status FROM migrations',
  deployment_rollback_total:
    "SELECT 1 AS value, reason_class AS reason, iif(success = 1, 'success', 'failure') AS status FROM rollbacks WHERE settled = 1",
  deployment_rollback_count: 'SELECT 1 AS value FROM rollbacks WHERE settled = 1',
  deployment_slo_bad_total: `SELECT 1 AS value FROM deployment_metrics m WHERE ${ended} AND (deployment_status = 'failed'
    OR EXISTS (SELECT 1 FROM rollbacks r WHERE r.deployment_id = m.deployment_id AND r.success = 1))`,
  deployment_error_budget_consumed_total: 'SELECT weight AS value, cause FROM error_budget_events',
  // Attempts before the first successful check of a successful verification are start-up, not latency.
  api_health_check_latency_ms: `SELECT iif(c.status = 'unhealthy' AND c.status_code IS NULL, 5000, c.latency_seconds * 1000) AS value, c.status
    FROM health_checks c JOIN health_verifications v ON v.verification_id = c.verification_id
    WHERE v.success = 0 OR c.id >= (SELECT min(id) FROM health_checks f WHERE f.verification_id = c.verification_id AND f.status = 'healthy')`,
};

export const countedFamilies = Object.keys(events);

/** The events of one family from the rows of the ledger, by label set. */
export function countedIn(ledger: Program, family: string): Counted[] {
  const rows = ledger.rows(events[family] ?? '') as Row[];
  const sets = new Map<string, { labels: Record<string, string>; values: number[] }>();
  for (const { value, ...labels } of rows) {
    if (value === null) continue;
    const key = JSON.stringify(labels);
    const set = sets.get(key) ?? { labels: labels as Record<string, string>, values: [] };
    sets.set(key, set);
    set.values.push(Number(value));
  }
  return [...sets.values()];
}

/** Added up in whole microseconds, so that the sum never decreases. */
export function exactSum(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + Math.round(value * 1e6), 0) / 1e6;
}
