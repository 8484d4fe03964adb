import type { Database } from '../file/addon.ts';
import { transaction } from '../file/transaction.ts';
import type { Site } from '../read/endedSites.ts';
import { type Condition, finishedCondition, groupBy, type LimitedFilter } from '../read/filter.ts';
import { quantiles } from '../read/summary.ts';
import { readBySite, readsRollups } from '../rollups/readTallies.ts';
import { quantileError } from '../rollups/sketch.ts';
import type { HostTally } from '../rollups/tallies.ts';
import { newestVersions } from './newestVersions.ts';

/** The groupings of finished deployments: by version, by upgrade (from one version to the next), by host. */
export type BreakdownBy = 'version' | 'upgrade' | 'host';

/** The finished deployments of a site with one property in common. Seconds. */
export interface Part extends Site {
  /** Null if the rows do not have it. */
  readonly version: string | null;
  readonly previousVersion: string | null;
  readonly host: string | null;
  readonly deployments: number;
  readonly failed: number;
  readonly rolledBack: number;
  /** Of the successful ones, including warning; null if there are none. */
  readonly medianSeconds: number | null;
  /** The sum over all of them: measured downtime, otherwise the cutover. Null if neither was recorded. */
  readonly downtimeSeconds: number | null;
  readonly lastStartedAt: string;
}

interface Row extends Site {
  readonly version: string;
  readonly previousVersion: string | null;
  readonly host: string | null;
  readonly status: string;
  readonly rolledBack: number;
  readonly totalSeconds: number | null;
  readonly downtimeSeconds: number | null;
  readonly startedAt: string;
}

/** Groups, that of the newest deployment first. */
export interface Breakdown {
  readonly parts: readonly Part[];
  /** Whether there may be older groups. */
  readonly hasOlder: boolean;
  /** The relative error of the medians, 0.01 for 1 %; null if they are exact. */
  readonly quantileError: number | null;
}

/** Of a ledger without deployments. */
export const noBreakdown: Breakdown = { parts: [], hasOlder: false, quantileError: null };

/** With `most`, no more groups by version or upgrade than that, of many deployments only. */
export function readBreakdown(
  db: Database,
  { by, filter, most }: { by: BreakdownBy; filter: LimitedFilter; most?: number | undefined },
): Breakdown {
  return transaction(db, { mode: 'read' }, () => {
    if (!readsRollups(db, filter)) return exact(rowsOf(db, finishedCondition(filter)), by);
    if (by === 'host') return { parts: partsOfHosts(db, filter), hasOlder: false, quantileError };
    if (most === undefined) return exact(rowsOf(db, finishedCondition(filter)), by);
    const { finished, hasOlder } = newestVersions(db, { filter, most });
    return { ...exact(rowsOf(db, finished), by), hasOlder };
  });
}

function exact(rows: readonly Row[], by: BreakdownBy): Breakdown {
  const kept = rows.map((row) => keptOf(row, by));
  const groups = groupBy(kept, (row) =>
    JSON.stringify([row.deployment, row.environment, row.version, row.previousVersion, row.host]),
  );
  return { parts: [...groups.values()].flatMap(partOf), hasOlder: false, quantileError: null };
}

function partsOfHosts(db: Database, filter: LimitedFilter): Part[] {
  const sites = readBySite(db, { filter, kinds: ['hosts'] });
  return sites
    .flatMap(({ deployment, environment, hosts }) =>
      hosts.entries().map(([host, tally]) => ({ deployment, environment, host, tally })),
    )
    .sort(({ tally: one }, { tally: other }) => newestFirst(one, other))
    .map(({ tally, host, ...site }) => ({
      ...site,
      version: null,
      previousVersion: null,
      host: host === '' ? null : host,
      deployments: tally.deployments,
      failed: tally.failed,
      rolledBack: tally.rolledBack,
      medianSeconds: tally.durations.quantile(50),
      downtimeSeconds: tally.downtime.known,
      lastStartedAt: tally.lastStartedAt,
    }));
}

function newestFirst(one: HostTally, other: HostTally): number {
  if (one.lastStartedAt !== other.lastStartedAt) return one.lastStartedAt < other.lastStartedAt ? 1 : -1;
  return other.lastRow - one.lastRow;
}

function rowsOf(db: Database, { sql, values }: Condition): Row[] {
  return db
    .prepare<[typeof values], Row>(
      `SELECT COALESCE(d.deployment, '') AS deployment, COALESCE(d.environment, '') AS environment, d.version,
              d.previous_version AS previousVersion, COALESCE(d.hostname, d.instance) AS host, d.deployment_status AS status,
              EXISTS (SELECT 1 FROM rollbacks r WHERE r.deployment_id = d.deployment_id AND r.success = 1) AS rolledBack,
              d.total_duration AS totalSeconds, COALESCE(d.downtime_duration, d.cutover_duration) AS downtimeSeconds,
              d.deployment_started_at AS startedAt
       FROM deployment_metrics d WHERE ${sql} ORDER BY d.deployment_started_at DESC, d.id DESC`,
    )
    .all(values);
}

/** Drops the properties that the groups do not differ by. */
function keptOf(row: Row, by: BreakdownBy): Omit<Row, 'version'> & { version: string | null } {
  return {
    ...row,
    version: by === 'host' ? null : row.version,
    previousVersion: by === 'upgrade' ? row.previousVersion : null,
    host: by === 'host' ? row.host : null,
  };
}

function partOf(rows: readonly ReturnType<typeof keptOf>[]): Part[] {
  const [newest] = rows;
  if (newest === undefined) return [];
  const { deployment, environment, version, previousVersion, host, startedAt } = newest;
  const downtimes = rows.flatMap((row) => row.downtimeSeconds ?? []);
  const totals = rows.flatMap((row) => (row.status === 'failed' ? [] : (row.totalSeconds ?? [])));
  return [
    {
      ...{ deployment, environment, version, previousVersion, host },
      deployments: rows.length,
      failed: rows.filter((row) => row.status === 'failed').length,
      rolledBack: rows.filter((row) => row.rolledBack === 1).length,
      medianSeconds: quantiles(totals).median,
      downtimeSeconds: downtimes.length === 0 ? null : downtimes.reduce((sum, one) => sum + one, 0),
      lastStartedAt: startedAt,
    },
  ];
}
