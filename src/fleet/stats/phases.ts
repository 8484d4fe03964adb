import { type PhaseShare, sharesOf } from '../../ledger/read/phaseShares.ts';
import { hasNotFailed } from '../../ledger/statuses.ts';
import { phaseColumns } from '../../model.ts';
import type { StoreCondition } from '../condition.ts';
import { viewSchema } from '../tables.ts';
import { type Query, seconds } from './query.ts';

const named = Object.entries(phaseColumns);

/** Each phase's ratio of the total of the successful deployments, as the ledger computes it. */
export async function readShares(query: Query, { sql, values }: StoreCondition): Promise<PhaseShare[]> {
  const measured = `${sql} AND d.${hasNotFailed} AND d.total_duration IS NOT NULL`;
  const [columns, others] = await Promise.all([
    query(columnsSql(measured), values),
    query(runsSql(measured), values),
  ]);
  const [sums = {}] = columns;
  const ofColumns = named.map(([stage, column]) => ({
    stage,
    deployments: Number(sums[`${column}_count`]),
    seconds: seconds(sums[`${column}_sum`]) ?? 0,
    median: seconds(sums[`${column}_median`]),
    p95: seconds(sums[`${column}_p95`]),
  }));
  const ofRuns = others.map((row) => ({
    stage: String(row.stage),
    deployments: Number(row.deployments),
    seconds: seconds(row.covered) ?? 0,
    median: seconds(row.median),
    p95: seconds(row.p95),
  }));
  return sharesOf([...ofColumns, ...ofRuns], seconds(sums.total) ?? 0);
}

function columnsSql(measured: string): string {
  const each = named.map(
    ([, column]) => `count(d.${column}) AS ${column}_count, sum(d.${column}) AS ${column}_sum,
       percentile_disc(0.5) WITHIN GROUP (ORDER BY d.${column}) AS ${column}_median,
       percentile_disc(0.95) WITHIN GROUP (ORDER BY d.${column}) AS ${column}_p95`,
  );
  return `SELECT sum(d.total_duration) AS total, ${each.join(', ')} FROM ${viewSchema}.deployment_metrics d WHERE ${measured}`;
}

/**
 * Phases without a column. Time in which runs of one phase overlap counts once: of each run only what is after the end of
 * those that began before it.
 */
function runsSql(measured: string): string {
  const names = named.map(([stage]) => `'${stage}'`).join(', ');
  return `WITH runs AS (
    SELECT s.ledger_id, s.deployment_id, s.stage, s.duration_seconds AS took,
      extract(epoch FROM s.started_at - d.deployment_started_at) AS began
    FROM ${viewSchema}.deployment_metrics d
    JOIN ${viewSchema}.deployment_stages s ON s.ledger_id = d.ledger_id AND s.deployment_id = d.deployment_id
    WHERE s.stage NOT IN (${names}) AND s.of_rollback = 0 AND s.late = 0 AND s.duration_seconds IS NOT NULL
      AND s.started_at IS NOT NULL AND ${measured}),
  placed AS (
    SELECT ledger_id, deployment_id, stage, took, began, max(began + took) OVER (
      PARTITION BY ledger_id, deployment_id, stage ORDER BY began, took ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS before
    FROM runs),
  summed AS (
    SELECT stage, sum(took) AS took, sum(greatest(0, began + took - greatest(began, coalesce(before, began)))) AS covered
    FROM placed GROUP BY ledger_id, deployment_id, stage)
  SELECT stage, count(*) AS deployments, sum(covered) AS covered, percentile_disc(0.5) WITHIN GROUP (ORDER BY took) AS median,
    percentile_disc(0.95) WITHIN GROUP (ORDER BY took) AS p95
  FROM summed GROUP BY stage`;
}
