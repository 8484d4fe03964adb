import { buckets, type HistogramName } from '../../src/buckets.ts';

/** Reads a ledger: in this process, or that of a program. */
interface Rows {
  rows(sql: string): readonly Readonly<Record<string, unknown>>[];
}

/**
 * The totals that must be stored, computed from the rows alone by the contract's column "counts the events
 * of". One query per family: the group, the value that is counted or observed, and the labels as a JSON
 * array.
 */
const ofGroup = `FROM deployment_metrics m JOIN groups g ON g.instance = m.instance AND g.deployment = m.deployment
  AND g.environment = m.environment`;
const ended = "m.fragment = 0 AND m.deployment_status IN ('success', 'warning', 'failed')";
const verified = `${ended} AND EXISTS (SELECT 1 FROM health_verifications v WHERE v.deployment_id = m.deployment_id AND v.of_rollback = 0)`;
const runs = `${ofGroup} JOIN deployment_stages s ON s.deployment_id = m.deployment_id WHERE m.fragment = 0 AND s.late = 0 AND s.status <> 'running'`;
const rollbacks = `${ofGroup} JOIN rollbacks r ON r.deployment_id = m.deployment_id WHERE m.fragment = 0 AND r.settled = 1`;

const counters: Readonly<Record<string, string>> = {
  deployment_total: `SELECT g.id, 1 AS value, json_array(iif(deployment_status = 'failed', 'failure', 'success')) AS labels ${ofGroup} WHERE ${ended}`,
  deployment_warning_total: `SELECT g.id, 1 AS value, '[]' AS labels ${ofGroup} WHERE m.deployment_status = 'warning'`,
  deployment_stage_failures_total: `SELECT g.id, 1 AS value, json_array(s.service, s.stage, coalesce(s.error_type, 'other')) AS labels ${runs} AND s.status = 'failed'`,
  migration_total: `SELECT g.id, x.migration_count AS value, json_array(x.status) AS labels ${ofGroup} JOIN migrations x ON x.deployment_id = m.deployment_id
    JOIN deployment_stages s ON s.run_id = x.run_id WHERE m.fragment = 0 AND s.late = 0 AND x.migration_count > 0`,
  deployment_rollback_total: `SELECT g.id, 1 AS value, json_array(r.reason_class, iif(r.success, 'success', 'failure')) AS labels ${rollbacks}`,
  deployment_rollback_count: `SELECT g.id, 1 AS value, '[]' AS labels ${rollbacks}`,
  deployment_health_verification_total: `SELECT g.id, 1 AS value, json_array(iif(health_check_success, 'success', 'failure')) AS labels ${ofGroup} WHERE ${verified}`,
  smoke_test_total: `SELECT g.id, 1 AS value, json_array(t.test_name, t.status) AS labels ${ofGroup} JOIN smoke_tests t ON t.deployment_id = m.deployment_id WHERE m.fragment = 0`,
  deployment_infrastructure_cost_usd_total: `SELECT g.id, round(c.cost_usd * 1e6) AS value, json_array(c.resource) AS labels ${ofGroup}
    JOIN infrastructure_costs c ON c.deployment_id = m.deployment_id WHERE m.fragment = 0`,
  deployment_slo_bad_total: `SELECT g.id, 1 AS value, '[]' AS labels ${ofGroup} WHERE ${ended} AND (m.deployment_status = 'failed'
    OR EXISTS (SELECT 1 FROM rollbacks r WHERE r.deployment_id = m.deployment_id AND r.success = 1 AND r.settled = 1))`,
  deployment_error_budget_consumed_total: `SELECT g.id, round(e.weight * 1e6) AS value, json_array(e.cause) AS labels ${ofGroup}
    JOIN error_budget_events e ON e.deployment_id = m.deployment_id WHERE ${ended}`,
  deployment_cpu_usage_seconds: `SELECT g.id, round(m.cpu_seconds * 1e6) AS value, '[]' AS labels ${ofGroup} WHERE ${ended} AND m.cpu_seconds IS NOT NULL`,
};

const histograms: Readonly<Record<HistogramName, string>> = {
  deployment_duration_seconds: `SELECT g.id, total_duration AS value, '[]' AS labels ${ofGroup} WHERE ${ended}`,
  time_to_deploy_seconds: `SELECT g.id, time_to_deploy AS value, '[]' AS labels ${ofGroup} WHERE ${ended} AND m.deployment_status <> 'failed'`,
  deployment_stage_duration_seconds: `SELECT g.id, s.duration_seconds AS value, json_array(s.service, s.stage) AS labels ${runs} AND s.duration_seconds IS NOT NULL`,
  deployment_downtime_seconds: `SELECT g.id, coalesce(downtime_duration, cutover_duration) AS value, '[]' AS labels ${ofGroup} WHERE ${ended} AND coalesce(downtime_duration, cutover_duration) IS NOT NULL`,
  deployment_time_to_healthy_seconds: `SELECT g.id, CAST(time_to_healthy AS REAL) AS value, '[]' AS labels ${ofGroup} WHERE ${ended} AND time_to_healthy IS NOT NULL`,
  deployment_health_verification_duration_seconds: `SELECT g.id, health_check_duration AS value, '[]' AS labels ${ofGroup} WHERE ${verified}`,
  api_health_check_latency_ms: `SELECT g.id, iif(c.status = 'healthy' OR c.status_code IS NOT NULL, c.latency_seconds * 1000, 5000) AS value, json_array(c.status) AS labels
    ${ofGroup} JOIN health_verifications v ON v.deployment_id = m.deployment_id JOIN health_checks c ON c.verification_id = v.verification_id
    WHERE m.fragment = 0 AND (v.success = 0 OR c.id >= (SELECT min(f.id) FROM health_checks f WHERE f.verification_id = v.verification_id AND f.status = 'healthy'))`,
};

/** Every total by `group family labels part`, without zeros. */
export type Counts = Readonly<Record<string, number>>;

export function countedByRows(world: Rows): Counts {
  const counts: Record<string, number> = {};
  const add = (key: string, value: number) => {
    counts[key] = (counts[key] ?? 0) + value;
  };
  for (const [family, sql] of Object.entries(counters)) {
    for (const { id, labels, value } of world.rows(sql)) add(`${id} ${family} ${labels} `, Number(value));
  }
  for (const [family, sql] of Object.entries(histograms)) {
    for (const { id, labels, value } of world.rows(sql)) {
      const bound = buckets[family as HistogramName].find((upper) => Number(value) <= upper);
      add(`${id} ${family} ${labels} ${bound ?? '+Inf'}`, 1);
      add(`${id} ${family} ${labels} sum`, Math.round(Number(value) * 1e6));
    }
  }
  return withoutZeros(counts);
}

export function keptTotals(world: Rows): Counts {
  const rows = world.rows('SELECT group_id, family, labels, part, value FROM totals');
  return withoutZeros(
    Object.fromEntries(
      rows.map((row) => [`${row.group_id} ${row.family} ${row.labels} ${row.part}`, Number(row.value)]),
    ),
  );
}

function withoutZeros(counts: Counts): Counts {
  return Object.fromEntries(Object.entries(counts).filter(([, value]) => value !== 0));
}
