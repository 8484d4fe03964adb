import { type Delivery, type DeliveryRow, deliveries } from '../../ledger/analytics/dora.ts';
import type { DeploymentFilter } from '../../ledger/read/filter.ts';
import { hasEnded, hasFailed } from '../../ledger/statuses.ts';
import { rowKey } from '../../ledger/sync/slicedRows.ts';
import { finished } from '../condition.ts';
import { viewSchema } from '../tables.ts';
import { iso, type Query } from './query.ts';
import { restoredDeployments } from './restores.ts';

/** `stats --dora` of the store: each host's deployments as its ledger counts them, put together. */
export async function readStoreDelivery(
  query: Query,
  { byHost, filter }: { byHost: boolean; filter: DeploymentFilter },
): Promise<Delivery[]> {
  const condition = finished(filter);
  const [rows, restored] = await Promise.all([
    query(rowsSql(condition.sql), condition.values),
    restoredDeployments(query, condition),
  ]);
  const secondsOf = new Map(restored.map((row) => [rowKey(row), row.seconds]));
  const recovery = new Map(
    rows.flatMap((row, at) => {
      const seconds = secondsOf.get(rowKey(row));
      return seconds === undefined ? [] : [[at, seconds] as const];
    }),
  );
  return deliveries(rows.map(rowOf), { byHost, recovery });
}

function rowOf(row: Readonly<Record<string, unknown>>, at: number): DeliveryRow {
  const time = (value: unknown) => (value === null ? null : iso(value));
  return {
    row: at,
    deployment: String(row.deployment),
    environment: String(row.environment),
    host: row.host === null ? null : String(row.host),
    failed: row.failed === true ? 1 : 0,
    isChange: row.is_change === true ? 1 : 0,
    completedAt: time(row.completed_at) ?? '',
    triggeredAt: time(row.triggered_at),
    committedAt: row.committed_at === null ? null : String(row.committed_at),
    isRework: row.is_rework === true ? 1 : 0,
  };
}

const isOf = (own: string, other: string): string =>
  `${own}.ledger_id = ${other}.ledger_id AND ${own}.deployment_id = ${other}.deployment_id`;

/** Not EXISTS, for which a planner may read the whole table. */
const hasFact = (fact: string): string =>
  `(SELECT 1 FROM ${viewSchema}.deployment_facts f WHERE ${isOf('f', 'd')} AND f.fact = '${fact}' LIMIT 1) IS NOT NULL`;

/**
 * As `rowsSql` of the ledger has them; the deployment before one is that of the same ledger, and found by its group: an
 * index of ledgers would read all that its host ever deployed.
 */
function rowsSql(sql: string): string {
  const wasRolledBack = `EXISTS (SELECT 1 FROM ${viewSchema}.rollbacks r WHERE ${isOf('r', 'p')} AND r.success = 1 AND r.settled = 1)`;
  const cutoverBegan = `(p.cutover_duration IS NOT NULL OR EXISTS (SELECT 1 FROM ${viewSchema}.deployment_stages s
      WHERE ${isOf('s', 'p')} AND s.stage = 'cutover' AND s.of_rollback = 0))`;
  const before = `SELECT p.rollback_of IS NOT NULL OR ${wasRolledBack} OR (p.${hasFailed} AND ${cutoverBegan})
      FROM ${viewSchema}.deployment_metrics p WHERE p.${hasEnded} AND p.discarded = 0 AND p.fragment = 0
        AND p.ledger_id || '' = d.ledger_id AND p.deployment = d.deployment AND p.environment = d.environment
        AND p.instance = d.instance AND p.deployment_started_at < d.deployment_started_at
        AND p.deployment_completed_at <= d.deployment_started_at
      ORDER BY p.deployment_started_at DESC LIMIT 1`;
  return `SELECT d.ledger_id, d.deployment_id, COALESCE(d.deployment, '') AS deployment, COALESCE(d.environment, '') AS environment,
      COALESCE(d.hostname, d.instance) AS host, d.${hasFailed} AS failed,
      NOT d.${hasFailed} AND d.rollback_of IS NULL AND d.version IS DISTINCT FROM d.previous_version AS is_change,
      d.deployment_completed_at AS completed_at, d.triggered_at,
      (SELECT f.value FROM ${viewSchema}.deployment_facts f WHERE ${isOf('f', 'd')} AND f.fact = 'git.committed_at') AS committed_at,
      d.rollback_of IS NOT NULL OR ${hasFact('gate.hotfix')} OR COALESCE((${before}), false) AS is_rework
    FROM ${viewSchema}.deployment_metrics d WHERE ${sql} ORDER BY d.deployment_started_at, d.ledger_id, d.id`;
}
