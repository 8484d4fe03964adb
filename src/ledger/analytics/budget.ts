import { type BudgetCause, isoTime } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import { atMostOneEach } from '../read/budgetWeights.ts';
import type { Site } from '../read/endedSites.ts';
import { deploymentCondition, groupBy } from '../read/filter.ts';
import { hasEndedWell, hasFailed } from '../statuses.ts';

/** The part of the ledger that a budget covers; Unix milliseconds, the end is exclusive. */
export interface BudgetPeriod {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly deployment?: string | undefined;
  readonly environment?: string | undefined;
}

/**
 * The error budget that a site used: one failed deployment is allowed (docs/metrics.md). Weights in failed deployments.
 */
export interface BudgetUse extends Site {
  /** Deployments that ended in the period. */
  readonly deployments: number;
  readonly used: number;
  /** Never below 0. */
  readonly left: number;
  readonly spent: readonly Spent[];
}

export interface Spent {
  readonly id: string;
  readonly version: string;
  readonly at: string;
  readonly cause: BudgetCause;
  readonly weight: number;
}

const budget = 1;

/** Every site with a finished deployment or an event of the budget in the period, the one that used most first. */
export function readBudget(db: Database, { fromMs, untilMs, ...site }: BudgetPeriod): BudgetUse[] {
  const { sql, values } = deploymentCondition(site);
  const bound = { ...values, from: isoTime(fromMs), until: isoTime(untilMs) };
  const ended = db
    .prepare<[typeof bound], Site & { deployments: number }>(
      `SELECT d.deployment, d.environment, COUNT(*) AS deployments FROM deployment_metrics d
       WHERE ${sql} AND d.deployment_completed_at >= @from AND d.deployment_completed_at < @until AND d.deployment IS NOT NULL
         AND d.environment IS NOT NULL GROUP BY d.deployment, d.environment ORDER BY d.deployment, d.environment`,
    )
    .all(bound);
  const spent = db.prepare<[typeof bound], Spent & Site>(spentSql(sql)).all(bound);
  const bySite = groupBy(
    [...ended.map((one) => ({ ...one, id: null })), ...spent],
    ({ deployment, environment }) => JSON.stringify([deployment, environment]),
  );
  return [...bySite.values()].map(useOf).sort((one, other) => other.used - one.used);
}

function useOf(rows: readonly ((Site & { deployments: number; id: null }) | (Site & Spent))[]): BudgetUse {
  const { deployment = '', environment = '' } = rows[0] ?? {};
  const said = rows.flatMap((row) => (row.id === null ? [] : [row]));
  const weights = atMostOneEach(said);
  const spent = said.flatMap(({ id, version, at, cause }, index) => {
    const weight = weights[index] ?? 0;
    return weight > 0 ? [{ id, version, at, cause, weight }] : [];
  });
  const used = spent.reduce((sum, { weight }) => sum + weight, 0);
  const deployments = rows.reduce((sum, row) => sum + (row.id === null ? row.deployments : 0), 0);
  return { deployment, environment, deployments, used, left: Math.max(0, budget - used), spent };
}

/** Counted events, and those that imported history would have caused: it is in no total. */
function spentSql(sql: string): string {
  const of = 'd.deployment_id AS id, d.version, d.deployment, d.environment';
  const uncounted =
    'NOT EXISTS (SELECT 1 FROM error_budget_events e WHERE e.deployment_id = d.deployment_id)';
  return `SELECT * FROM (
      SELECT ${of}, e.at, e.cause, e.weight
      FROM error_budget_events e JOIN deployment_metrics d ON d.deployment_id = e.deployment_id WHERE ${sql}
      UNION ALL
      SELECT ${of}, d.deployment_completed_at AS at, 'deploy_failed' AS cause, 1.0 AS weight
      FROM deployment_metrics d WHERE ${sql} AND d.${hasFailed} AND ${uncounted}
      UNION ALL
      SELECT ${of}, MIN(r.at) AS at,
             CASE r.reason_class WHEN 'health_check_failed' THEN 'rollback_health' WHEN 'test_failed' THEN 'smoke_test_failed'
               ELSE 'rollback_error' END AS cause,
             CASE r.reason_class WHEN 'health_check_failed' THEN 0.5 ELSE 1.0 END AS weight
      FROM rollbacks r JOIN deployment_metrics d ON d.deployment_id = r.deployment_id
      WHERE ${sql} AND d.${hasEndedWell} AND r.success = 1 AND r.settled = 1 AND ${uncounted}
      GROUP BY d.deployment_id)
    WHERE at >= @from AND at < @until AND deployment IS NOT NULL AND environment IS NOT NULL ORDER BY at`;
}
