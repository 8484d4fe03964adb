import { type BudgetCause, isoTime } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import { atMostOneEach } from '../read/budgetWeights.ts';
import { endedSites, type Site } from '../read/endedSites.ts';
import { deploymentCondition, groupBy } from '../read/filter.ts';
import { endedAndCounts, hasEndedWell, hasFailed } from '../statuses.ts';

/** The part of the ledger that a budget covers; Unix milliseconds, the end is exclusive. */
export interface BudgetPeriod {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly deployment?: string | undefined;
  readonly environment?: string | undefined;
  /** The instance of the group. */
  readonly host?: string | undefined;
}

/**
 * The error budget that a site used: one failed deployment is allowed (docs/metrics.md). Weights in failed deployments.
 */
export interface BudgetUse extends Site {
  readonly used: number;
  /** Never below 0. */
  readonly left: number;
  readonly spent: readonly Spent[];
}

export interface CountedUse extends BudgetUse {
  /** Deployments that ended in the period. */
  readonly deployments: number;
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
export function readBudget(db: Database, period: BudgetPeriod): CountedUse[] {
  return usesOf(db, period, (condition) => `SELECT COUNT(*) ${condition}`);
}

/** The same without counting, which takes longer than all else with many deployments. */
export function readBudgetUse(db: Database, period: BudgetPeriod): BudgetUse[] {
  const uses = usesOf(db, period, (condition) => `SELECT EXISTS (SELECT 1 ${condition})`);
  return uses.map(({ deployments: _, ...use }) => use);
}

type Counted = (condition: string) => string;

function usesOf(db: Database, { fromMs, untilMs, ...site }: BudgetPeriod, counted: Counted): CountedUse[] {
  const { sql, values } = deploymentCondition(site);
  const bound = { ...values, from: isoTime(fromMs), until: isoTime(untilMs) };
  const ended = endedIn(db, { site, from: bound.from, until: bound.until, counted });
  return budgetUses({ ended, spent: db.prepare<[typeof bound], Spent & Site>(spentSql(sql)).all(bound) });
}

/** From how many deployments ended at each site, and what used its budget, in the order of time. */
export function budgetUses({
  ended,
  spent,
}: {
  ended: readonly (Site & { readonly deployments: number })[];
  spent: readonly (Spent & Site)[];
}): CountedUse[] {
  const inOrder = [...ended].sort((one, other) => (nameOf(one) < nameOf(other) ? -1 : 1));
  const bySite = groupBy(
    [...inOrder.map((one) => ({ ...one, id: null })), ...spent],
    ({ deployment, environment }) => JSON.stringify([deployment, environment]),
  );
  return [...bySite.values()].map(useOf).sort((one, other) => other.used - one.used);
}

/** How many deployments of each site ended in a period, from the index of ends. */
function endedIn(
  db: Database,
  {
    site,
    from,
    until,
    counted,
  }: { site: Omit<BudgetPeriod, 'fromMs' | 'untilMs'>; from: string; until: string; counted: Counted },
): (Site & { deployments: number })[] {
  const count = db
    .prepare<[Site & { from: string; until: string; host: string | null }], number>(
      counted(`FROM deployment_metrics WHERE ${endedAndCounts} AND deployment = @deployment
         AND environment = @environment AND deployment_completed_at >= @from AND deployment_completed_at < @until
         ${site.host === undefined ? '' : 'AND instance = @host'}`),
    )
    .pluck();
  return endedSites(db)
    .filter(({ deployment }) => deployment === (site.deployment ?? deployment))
    .filter(({ environment }) => environment === (site.environment ?? environment))
    .map((one) => ({ ...one, deployments: count.get({ ...one, from, until, host: site.host ?? null }) ?? 0 }))
    .filter(({ deployments }) => deployments > 0);
}

function nameOf({ deployment, environment }: Site): string {
  return `${deployment}\0${environment}`;
}

function useOf(rows: readonly ((Site & { deployments: number; id: null }) | (Site & Spent))[]): CountedUse {
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

/** What an imported rollback would have caused, as columns in the SQL of SQLite and PostgreSQL. */
export function costOfRollback(row: string): string {
  return `CASE ${row}.reason_class WHEN 'health_check_failed' THEN 'rollback_health' WHEN 'test_failed' THEN 'smoke_test_failed'
               ELSE 'rollback_error' END AS cause,
             CASE ${row}.reason_class WHEN 'health_check_failed' THEN 0.5 ELSE 1.0 END AS weight`;
}

/** Counted events, and those that imported history would have caused: it is in no total. */
function spentSql(sql: string): string {
  const of = 'd.deployment_id AS id, d.version, d.deployment, d.environment';
  const uncounted =
    'NOT EXISTS (SELECT 1 FROM error_budget_events e WHERE e.deployment_id = d.deployment_id)';
  const isIn = (at: string): string => `${at} >= @from AND ${at} < @until`;
  // Each part from the index of its times.
  return `SELECT * FROM (
      SELECT ${of}, e.at, e.cause, e.weight
      FROM error_budget_events e CROSS JOIN deployment_metrics d ON d.deployment_id = e.deployment_id
      WHERE ${sql} AND ${isIn('e.at')}
      UNION ALL
      SELECT ${of}, d.deployment_completed_at AS at, 'deploy_failed' AS cause, 1.0 AS weight
      FROM deployment_metrics d WHERE ${sql} AND d.${hasFailed} AND ${isIn('d.deployment_completed_at')} AND ${uncounted}
      UNION ALL
      SELECT ${of}, MIN(r.at) AS at,
             ${costOfRollback('r')}
      FROM rollbacks r CROSS JOIN deployment_metrics d ON d.deployment_id = r.deployment_id
      WHERE ${sql} AND d.${hasEndedWell} AND r.success = 1 AND r.settled = 1 AND ${isIn('r.at')} AND ${uncounted}
        AND NOT EXISTS (SELECT 1 FROM rollbacks b WHERE b.deployment_id = d.deployment_id AND b.success = 1 AND b.settled = 1
          AND b.at < @from)
      GROUP BY d.deployment_id)
    WHERE deployment IS NOT NULL AND environment IS NOT NULL ORDER BY at`;
}
