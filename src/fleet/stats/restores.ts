import type { Restores } from '../../ledger/analytics/restores.ts';
import { summary } from '../../ledger/read/summary.ts';
import { hasEndedWell, hasFailed } from '../../ledger/statuses.ts';
import type { StoreCondition } from '../condition.ts';
import { viewSchema } from '../tables.ts';
import { type Query, seconds } from './query.ts';

/** Time to restore, as `restoredRows` of the ledger has it. */
export async function readRestoresOf(query: Query, condition: StoreCondition): Promise<Restores> {
  const restored = await restoredDeployments(query, condition);
  return { bad: restored.length, restoreSeconds: summary(restored.map((one) => one.seconds)) };
}

/** The deployments that failed or were rolled back; null: not yet restored. */
export async function restoredDeployments(
  query: Query,
  { sql, values }: StoreCondition,
): Promise<{ ledger_id: string; deployment_id: string; seconds: number | null }[]> {
  const rows = await query(restoresSql(sql), values);
  return rows.map((row) => ({
    ledger_id: String(row.ledger_id),
    deployment_id: String(row.deployment_id),
    seconds: seconds(row.seconds),
  }));
}

const later = "CAST('infinity' AS timestamptz)";
const ofThis = (table: string): string =>
  `FROM ${viewSchema}.${table} t WHERE t.ledger_id = d.ledger_id AND t.deployment_id = d.deployment_id`;

/** Only the last run of each step decides whether it failed in the end. */
function firstFailed(
  table: string,
  { at, failed, step }: Readonly<Record<'at' | 'failed' | 'step', string>>,
): string {
  return `COALESCE((SELECT min(t.at) FROM (
      SELECT t.${at} AS at, ${failed} AND t.judged = 'yes' AS failed, row_number() OVER (PARTITION BY ${step} ORDER BY t.id DESC) AS place
      ${ofThis(table)} AND t.of_rollback = 0 AND t.late = 0) AS t WHERE t.place = 1 AND t.failed), ${later})`;
}

function restoresSql(sql: string): string {
  const stages = { at: 'ended_at', failed: "t.status = 'failed'", step: 't.stage, t.service' };
  const tests = { at: 'run_at', failed: "t.status = 'failure'", step: 't.test_name, t.service' };
  const checks = { at: 'ended_at', failed: 't.success = 0', step: 't.check_type, t.service' };
  const wayBack = `(SELECT min(t.at) ${ofThis('rollbacks')} AND t.success = 1 AND t.settled = 1)`;
  return `WITH bad AS (
    SELECT d.ledger_id, d.deployment_id, d.deployment, d.environment, d.instance, d.deployment_completed_at AS completed_at,
      least(${firstFailed('deployment_stages', stages)}, ${firstFailed('health_verifications', checks)},
        ${firstFailed('smoke_tests', tests)}, d.deployment_completed_at) AS failed_at, ${wayBack} AS way_back_at
    FROM ${viewSchema}.deployment_metrics d WHERE ${sql} AND (d.${hasFailed} OR ${wayBack} IS NOT NULL)),
  ended AS (
    SELECT ledger_id, deployment_id, failed_at, least(coalesce(way_back_at, ${later}), coalesce((
      SELECT n.deployment_completed_at FROM ${viewSchema}.deployment_metrics n
      WHERE n.${hasEndedWell} AND n.discarded = 0 AND n.fragment = 0 AND n.ledger_id = bad.ledger_id AND n.deployment = bad.deployment
        AND n.environment = bad.environment AND n.instance = bad.instance AND n.deployment_completed_at > bad.completed_at
      ORDER BY n.deployment_completed_at LIMIT 1), ${later})) AS restored_at
    FROM bad)
  SELECT ledger_id, deployment_id, CASE WHEN restored_at < ${later} THEN greatest(0, extract(epoch FROM restored_at - failed_at)) END AS seconds FROM ended`;
}
