import type { Figures } from '../../ledger/analytics/figures.ts';
import type { LimitedFilter } from '../../ledger/read/filter.ts';
import type { TrendPoint } from '../../ledger/read/statistics.ts';
import { isOpen } from '../../ledger/statuses.ts';
import { finished, matching, places, type StoreCondition } from '../condition.ts';
import { viewSchema } from '../tables.ts';
import { readShares } from './phases.ts';
import { iso, type Query, seconds } from './query.ts';
import { readRestoresOf } from './restores.ts';
import { readTotals } from './totals.ts';

/** What `stats` prints of the store, computed by the database. */
export interface StoreFigures {
  readonly figures: Figures;
  readonly inProgress: number;
  readonly sites: readonly { readonly deployment: string; readonly environment: string }[];
  /** When the first and the last of them started, as ISO 8601; null if there are none. */
  readonly period: { readonly first: string; readonly last: string } | null;
}

export async function readStoreFigures(query: Query, filter: LimitedFilter): Promise<StoreFigures> {
  const [figures, open, sites, period] = await Promise.all([
    readFiguresOf(query, filter),
    countOpen(query, filter),
    readSites(query, filter.host ?? null),
    readPeriod(query, filter),
  ]);
  return { figures, inProgress: open, sites, period };
}

/** The figures alone. */
export async function readFiguresOf(query: Query, filter: LimitedFilter): Promise<Figures> {
  const condition = finished(filter);
  const [totals, phases, restores, trend] = await Promise.all([
    readTotals(query, condition),
    readShares(query, condition),
    readRestoresOf(query, condition),
    readTrend(query, condition),
  ]);
  const { total, failed, ...others } = totals;
  return {
    ...others,
    ...restores,
    total,
    failed,
    successful: total - failed,
    phases,
    trend,
    quantileError: null,
  };
}

async function readTrend(query: Query, { sql, values }: StoreCondition): Promise<TrendPoint[]> {
  const rows = await query(
    `SELECT d.deployment_id, d.deployment_started_at, d.deployment_status, d.total_duration
     FROM ${viewSchema}.deployment_metrics d WHERE ${sql} ORDER BY d.deployment_started_at DESC, d.ledger_id, d.id DESC LIMIT 20`,
    values,
  );
  return rows
    .map((row) => ({
      id: row.deployment_id as string,
      startedAt: iso(row.deployment_started_at),
      status: row.deployment_status as TrendPoint['status'],
      totalSeconds: seconds(row.total_duration),
    }))
    .reverse();
}

async function countOpen(query: Query, filter: LimitedFilter): Promise<number> {
  const { values, place } = places();
  const { deployment, environment, host } = filter;
  const [row] = await query(
    `SELECT count(*) AS open FROM ${viewSchema}.deployment_metrics d WHERE d.${isOpen} AND d.fragment = 0
     ${deployment === undefined ? '' : `AND d.deployment = ${place(deployment)}`}
     ${environment === undefined ? '' : `AND d.environment = ${place(environment)}`}
     ${host === undefined ? '' : `AND d.instance = ${place(host)}`}`,
    values,
  );
  return Number(row?.open);
}

async function readSites(query: Query, host: string | null): Promise<StoreFigures['sites']> {
  const rows = await query(
    `SELECT DISTINCT deployment, environment FROM ${viewSchema}.hosts WHERE ($1::text IS NULL OR instance = $1)
     ORDER BY deployment, environment LIMIT 500`,
    [host],
  );
  return rows as unknown as StoreFigures['sites'];
}

async function readPeriod(
  query: Query,
  { limit: _, ...filter }: LimitedFilter,
): Promise<StoreFigures['period']> {
  const { values, place } = places();
  const [row] = await query(
    `SELECT min(d.deployment_started_at) AS first, max(d.deployment_started_at) AS last
     FROM ${viewSchema}.deployment_metrics d WHERE ${matching(filter, { place })}`,
    values,
  );
  return row === undefined || row.first === null ? null : { first: iso(row.first), last: iso(row.last) };
}
