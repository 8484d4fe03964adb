import { type DeploymentStatus, phaseColumns } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import { transaction } from '../file/transaction.ts';
import { readsRollups, readTogether } from '../rollups/readTallies.ts';
import type { SiteTallies } from '../rollups/siteTallies.ts';
import { quantileError } from '../rollups/sketch.ts';
import { isOpen } from '../statuses.ts';
import {
  type Condition,
  type DeploymentFilter,
  deploymentCondition,
  finishedCondition,
  type LimitedFilter,
} from './filter.ts';
import { type PhaseShare, phaseShares, sharesOf } from './phaseShares.ts';
import { type Summary, summary } from './summary.ts';

/** Statistics of a number of finished deployments. Seconds; durations only of successful ones. */
export interface Statistics {
  readonly total: number;
  /** Includes those that ended in warning. */
  readonly successful: number;
  readonly warning: number;
  readonly failed: number;
  readonly totalSeconds: Summary;
  readonly downtimeSeconds: Summary;
  readonly timeToHealthySeconds: Summary;
  readonly healthCheckSeconds: Summary;
  /** From the trigger, otherwise the start. */
  readonly timeToDeploySeconds: Summary;
  /** The largest ratio first. */
  readonly phases: readonly PhaseShare[];
  /** The most recent finished deployments, oldest first, at most 20. */
  readonly trend: readonly TrendPoint[];
  /** The relative error of the quantiles, 0.01 for 1 %; null if they are exact. */
  readonly quantileError: number | null;
}

export interface TrendPoint {
  readonly id: string | null;
  readonly startedAt: string;
  readonly status: DeploymentStatus;
  readonly totalSeconds: number | null;
}

interface FinishedRow {
  readonly status: 'success' | 'warning' | 'failed';
  readonly totalSeconds: number | null;
  readonly downtimeSeconds: number | null;
  readonly timeToHealthySeconds: number | null;
  readonly healthCheckSeconds: number | null;
  readonly timeToDeploySeconds: number | null;
}

/**
 * The statistics of the finished deployments that match. Running, discarded and incomplete ones never count; durations
 * are those of successful deployments (including warning), downtime falls back to cutover. With a `limit` only the most
 * recent finished ones. Many deployments are read from roll-ups: all but the quantiles is as exact.
 */
export function readStatistics(db: Database, filter: LimitedFilter): Statistics {
  return transaction(db, { mode: 'read' }, () => {
    const finished = finishedCondition(filter);
    if (readsRollups(db, filter))
      return tallied(db, { finished, tallies: readTogether(db, { filter, kinds: ['totals', 'phases'] }) });
    const rows = readFinished(db, finished);
    const good = rows.filter((row) => row.status !== 'failed');
    const of = (key: Exclude<keyof FinishedRow, 'status'>): Summary => summary(good.map((row) => row[key]));
    return {
      total: rows.length,
      successful: good.length,
      warning: good.filter((row) => row.status === 'warning').length,
      failed: rows.length - good.length,
      totalSeconds: of('totalSeconds'),
      downtimeSeconds: of('downtimeSeconds'),
      timeToHealthySeconds: of('timeToHealthySeconds'),
      healthCheckSeconds: of('healthCheckSeconds'),
      timeToDeploySeconds: of('timeToDeploySeconds'),
      phases: phaseShares(db, finished),
      trend: readTrend(db, finished),
      quantileError: null,
    };
  });
}

/** The same of tallies; the trend is read. */
export function tallied(
  db: Database,
  {
    finished,
    tallies: { totals, phases },
  }: { finished: Condition; tallies: Pick<SiteTallies, 'totals' | 'phases'> },
): Statistics {
  return {
    total: totals.total,
    successful: totals.total - totals.failed,
    warning: totals.warning,
    failed: totals.failed,
    totalSeconds: totals.totalSeconds.summary(),
    downtimeSeconds: totals.downtimeSeconds.summary(),
    timeToHealthySeconds: totals.timeToHealthySeconds.summary(),
    healthCheckSeconds: totals.healthCheckSeconds.summary(),
    timeToDeploySeconds: totals.timeToDeploySeconds.summary(),
    phases: sharesOf(
      phases.entries().map(([stage, phase]) => ({ stage, ...phase, ...phase.durations.summary() })),
      totals.totalSeconds.sum,
    ),
    trend: readTrend(db, finished),
    quantileError,
  };
}

function readFinished(db: Database, { sql, values }: Condition): FinishedRow[] {
  return db
    .prepare<[Condition['values']], FinishedRow>(
      `SELECT d.deployment_status AS status, d.total_duration AS totalSeconds,
              COALESCE(d.downtime_duration, d.${phaseColumns.cutover}) AS downtimeSeconds,
              CAST(d.time_to_healthy AS REAL) AS timeToHealthySeconds,
              d.${phaseColumns.health_check} AS healthCheckSeconds, d.time_to_deploy AS timeToDeploySeconds
       FROM deployment_metrics d WHERE ${sql}`,
    )
    .all(values);
}

function readTrend(db: Database, { sql, values }: Condition): TrendPoint[] {
  return db
    .prepare<[Condition['values']], TrendPoint>(
      `SELECT d.deployment_id AS id, d.deployment_started_at AS startedAt, d.deployment_status AS status,
              d.total_duration AS totalSeconds
       FROM deployment_metrics d WHERE ${sql} ORDER BY d.deployment_started_at DESC, d.id DESC LIMIT 20`,
    )
    .all(values)
    .reverse();
}

/** The result for a ledger that does not exist yet. */
export const emptyStatistics: Statistics = {
  total: 0,
  successful: 0,
  warning: 0,
  failed: 0,
  totalSeconds: summary([]),
  downtimeSeconds: summary([]),
  timeToHealthySeconds: summary([]),
  healthCheckSeconds: summary([]),
  timeToDeploySeconds: summary([]),
  phases: [],
  trend: [],
  quantileError: null,
};

/** When the first and the last of these deployments started, as ISO 8601; null if there are none. */
export function readPeriod(
  database: Database,
  filter: DeploymentFilter,
): { readonly first: string; readonly last: string } | null {
  const { sql, values } = deploymentCondition(filter);
  const end = (direction: 'ASC' | 'DESC') =>
    database
      .prepare<[Condition['values']], string>(
        `SELECT d.deployment_started_at FROM deployment_metrics d WHERE ${sql}
         ORDER BY d.deployment_started_at ${direction} LIMIT 1`,
      )
      .pluck()
      .get(values);
  const [first, last] = [end('ASC'), end('DESC')];
  return first === undefined || last === undefined ? null : { first, last };
}

/** Deployments in progress, whatever their age. */
export function countOpen(database: Database, filter: LimitedFilter): number {
  const open = database.prepare(
    `SELECT count(*) FROM deployment_metrics WHERE ${isOpen} AND fragment = 0
     AND (@deployment IS NULL OR deployment = @deployment) AND (@environment IS NULL OR environment = @environment)
     AND (@host IS NULL OR instance = @host)`,
  );
  const { deployment = null, environment = null, host = null } = filter;
  return open.pluck().get({ deployment, environment, host }) as number;
}
