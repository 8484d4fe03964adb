import {
  type BudgetPeriod,
  budgetUses,
  type CountedUse,
  costOfRollback,
  type Spent,
} from '../../ledger/analytics/budget.ts';
import type { Site } from '../../ledger/read/endedSites.ts';
import { hasEnded, hasEndedWell, hasFailed } from '../../ledger/statuses.ts';
import { idsIn } from '../../ledger/sync/slicedIds.ts';
import { isoTime } from '../../model.ts';
import { matching, places } from '../condition.ts';
import { viewSchema } from '../tables.ts';
import { iso, type Query } from './query.ts';

/** The error budget that all hosts of each site used together, as `readBudget` of the ledger. */
export async function readStoreBudget(query: Query, period: BudgetPeriod): Promise<CountedUse[]> {
  const [ended, spent] = await Promise.all([readEnded(query, period), readSpent(query, period)]);
  return budgetUses({ ended, spent });
}

async function readEnded(
  query: Query,
  { fromMs, untilMs, ...site }: BudgetPeriod,
): Promise<(Site & { deployments: number })[]> {
  const { values, place } = places();
  const rows = await query(
    `SELECT d.deployment, d.environment, count(*) AS deployments FROM ${viewSchema}.deployment_metrics d
     WHERE ${matching(site, { place })} AND d.${hasEnded}
       AND d.deployment IS NOT NULL AND d.environment IS NOT NULL
       AND d.deployment_completed_at >= ${place(isoTime(fromMs))} AND d.deployment_completed_at < ${place(isoTime(untilMs))}
     GROUP BY d.deployment, d.environment`,
    values,
  );
  return rows.map((row) => ({
    deployment: String(row.deployment),
    environment: String(row.environment),
    deployments: Number(row.deployments),
  }));
}

async function readSpent(
  query: Query,
  { fromMs, untilMs, ...site }: BudgetPeriod,
): Promise<(Spent & Site)[]> {
  const { values, place } = places();
  const sql = matching(site, { place });
  const [from, until] = [fromMs, untilMs].map((ms) => place(isoTime(ms))) as [string, string];
  const rows = await query(spentSql({ sql, from, until }), values);
  const idOf = idsIn(rows);
  return rows.map((row) => ({
    id: idOf(row),
    version: String(row.version),
    deployment: String(row.deployment),
    environment: String(row.environment),
    at: iso(row.at),
    cause: row.cause as Spent['cause'],
    weight: Number(row.weight),
  }));
}

const ofDeployment = (other: string): string =>
  `d.ledger_id = ${other}.ledger_id AND d.deployment_id = ${other}.deployment_id`;

/** Counted events, and those that imported history would have caused. */
function spentSql({ sql, from, until }: Readonly<Record<'sql' | 'from' | 'until', string>>): string {
  const of = 'd.ledger_id, d.deployment_id, d.instance, d.hostname, d.version, d.deployment, d.environment';
  const view = (table: string) => `${viewSchema}.${table}`;
  const uncounted = `NOT EXISTS (SELECT 1 FROM ${view('error_budget_events')} e WHERE ${ofDeployment('e')})`;
  const isIn = (at: string): string => `${at} >= ${from} AND ${at} < ${until}`;
  const isBack = (row: string): string => `${row}.success = 1 AND ${row}.settled = 1`;
  return `SELECT * FROM (
      SELECT ${of}, e.at, e.cause, e.weight, e.id
      FROM ${view('error_budget_events')} e JOIN ${view('deployment_metrics')} d ON ${ofDeployment('e')}
      WHERE ${sql} AND ${isIn('e.at')}
      UNION ALL
      SELECT ${of}, d.deployment_completed_at AS at, 'deploy_failed' AS cause, 1.0 AS weight, d.id
      FROM ${view('deployment_metrics')} d
      WHERE ${sql} AND d.${hasFailed} AND ${isIn('d.deployment_completed_at')} AND ${uncounted}
      UNION ALL
      SELECT ${of}, r.at, ${costOfRollback('r')}, r.id
      FROM ${view('rollbacks')} r JOIN ${view('deployment_metrics')} d ON ${ofDeployment('r')}
      WHERE ${sql} AND d.${hasEndedWell} AND ${isBack('r')} AND ${isIn('r.at')} AND ${uncounted}
        AND NOT EXISTS (SELECT 1 FROM ${view('rollbacks')} b WHERE ${ofDeployment('b')} AND ${isBack('b')}
          AND (b.at < r.at OR (b.at = r.at AND b.id < r.id)))) AS spent
    WHERE deployment IS NOT NULL AND environment IS NOT NULL ORDER BY at, ledger_id, id`;
}
