import { isoTime } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import { isOpen } from '../statuses.ts';
import { type FilteredRow, filteredColumns, type ListFilter, matcherOf } from './listFilter.ts';
import { type DeploymentRecord, type DeploymentRow, deploymentColumns, deploymentRecord } from './record.ts';

/** A place in the list: by the start, then by the row. */
export interface Cursor {
  readonly startedAt: string;
  readonly rowId: number;
}

export interface ListRequest extends ListFilter {
  readonly limit: number;
  /** The list goes on from there, without that deployment; undefined: from its end. */
  readonly from?: Cursor | undefined;
  readonly direction?: 'older' | 'newer' | undefined;
  /** Lists the longest of the newest `mostSorted` first, from `offset` on; then there are no cursors. */
  readonly sort?: 'took' | 'downtime' | undefined;
  readonly offset?: number | undefined;
}

export interface ListedDeployment extends DeploymentRecord {
  readonly rowId: number;
}

export interface Listed {
  /** Newest start first, or as they are sorted. */
  readonly rows: readonly ListedDeployment[];
  /** The start of the next page; null after the last. */
  readonly next: Cursor | null;
  /** Only deployments that began at or after this time were looked at; null: all. */
  readonly searchedTo: string | null;
  /** How many match, if they were sorted. */
  readonly sorted: number | null;
}

/** Rows that are looked at for one page: 5,000 take 15 ms, and what is rarer than that is searched in more requests. */
export const mostLookedAt = 5000;
export const mostSorted = 1000;

type Walked = FilteredRow & Cursor & { readonly took: number | null; readonly downtime: number | null };

/** Deployments that match. It walks an index of starts, and looks at no more rows than `mostLookedAt`. */
export function readListed(db: Database, request: ListRequest): Listed {
  const { limit, sort, offset = 0, direction = 'older' } = request;
  const wanted = sort === undefined ? limit + 1 : mostSorted + 1;
  const { found, stoppedAt } = walk(db, { ...request, wanted });
  const searchedTo = found.length < wanted ? stoppedAt : null;
  if (sort !== undefined) {
    const kept = found.slice(0, mostSorted);
    const longest = [...kept].sort((one, other) => (other[sort] ?? -1) - (one[sort] ?? -1));
    const cut = found.length > mostSorted ? (kept.at(-1)?.startedAt ?? null) : searchedTo;
    return {
      ...page(db, longest.slice(offset, offset + limit)),
      next: null,
      searchedTo: cut,
      sorted: kept.length,
    };
  }
  const shown = found.slice(0, limit);
  const older = searchedTo === null ? [] : ofVersion(db, { ...request, before: searchedTo });
  const last = shown.at(-1);
  const goesOn =
    found.length > limit && last !== undefined ? { startedAt: last.startedAt, rowId: last.rowId } : null;
  const after = searchedTo === null || direction === 'newer' ? null : { startedAt: searchedTo, rowId: 0 };
  const ordered = direction === 'newer' ? [...shown].reverse() : [...shown, ...older].slice(0, limit);
  return { ...page(db, ordered), next: goesOn ?? after, searchedTo, sorted: null };
}

/** The start of the oldest deployment that one search reaches, or of the last of so many; null: it reaches all that match. */
export function searchReach(db: Database, filter: ListFilter, most: number): string | null {
  const { found, stoppedAt } = walk(db, { ...filter, limit: most, wanted: most });
  return stoppedAt ?? (found.length < most ? null : (found.at(-1)?.startedAt ?? null));
}

function walk(
  db: Database,
  request: ListRequest & { wanted: number },
): { found: Walked[]; stoppedAt: string | null } {
  const { sql, values } = walkSql(request);
  const matches = matcherOf(request);
  const found: Walked[] = [];
  let looked = 0;
  for (const row of db.prepare<[Record<string, unknown>], Walked>(sql).iterate(values)) {
    looked += 1;
    if (looked > mostLookedAt) return { found, stoppedAt: row.startedAt };
    if (matches(row)) found.push(row);
    if (found.length === request.wanted) break;
  }
  return { found, stoppedAt: null };
}

/** Only conditions that an index of starts answers, so that no row is passed over without being counted. */
function walkSql(request: ListRequest): { sql: string; values: Record<string, unknown> } {
  const { deployment, environment, host, sinceMs, untilMs, from, direction = 'older', state } = request;
  const parts = ['1'];
  if (state === 'in-progress') parts.push(`d.${isOpen}`);
  else if (deployment !== undefined) {
    parts.push('d.deployment = @deployment');
    if (environment !== undefined && host !== undefined)
      parts.push('d.environment = @environment AND d.instance = @host');
  }
  const [sign, order] = direction === 'older' ? ['<', 'DESC'] : ['>', 'ASC'];
  if (sinceMs !== undefined) parts.push('d.deployment_started_at >= @since');
  if (untilMs !== undefined) parts.push('d.deployment_started_at < @until');
  if (from !== undefined) parts.push(`(d.deployment_started_at, d.id) ${sign} (@startedAt, @rowId)`);
  return {
    sql: `SELECT d.id AS rowId, d.deployment_started_at AS startedAt, d.total_duration AS took,
        coalesce(d.downtime_duration, d.cutover_duration) AS downtime, ${filteredColumns(request)}
      FROM deployment_metrics d WHERE ${parts.join(' AND ')} ORDER BY d.deployment_started_at ${order}, d.id ${order}
      LIMIT ${mostLookedAt + 1}`,
    values: {
      deployment,
      environment,
      host,
      since: sinceMs === undefined ? undefined : isoTime(sinceMs),
      until: untilMs === undefined ? undefined : isoTime(untilMs),
      ...from,
    },
  };
}

/** Versions that begin with the searched text are found at any age, by their index. */
function ofVersion(db: Database, { before, ...request }: ListRequest & { before: string }): Walked[] {
  const { search = '', sinceMs } = request;
  if (search === '') return [];
  const matches = matcherOf(request);
  const since = sinceMs === undefined ? '' : isoTime(sinceMs);
  return db
    .prepare<[Record<string, unknown>], Walked>(
      `SELECT d.id AS rowId, d.deployment_started_at AS startedAt, NULL AS took, NULL AS downtime, ${filteredColumns(request)}
       FROM deployment_metrics d WHERE d.version >= @search AND d.version < @search || char(1114111) LIMIT 500`,
    )
    .all({ search })
    .filter((row) => row.startedAt < before && row.startedAt >= since && matches(row))
    .sort((one, other) => (one.startedAt < other.startedAt ? 1 : -1));
}

/** The deployments of some rows, in their order. */
function page(db: Database, rows: readonly { readonly rowId: number }[]): { rows: ListedDeployment[] } {
  return {
    rows: readRows(
      db,
      'd.id',
      rows.map(({ rowId }) => rowId),
    ),
  };
}

/** Those of some IDs that match, newest start first. */
export function readListedIds(db: Database, filter: ListFilter, ids: readonly string[]): ListedDeployment[] {
  const matches = matcherOf(filter);
  const fitting = db
    .prepare<[string], FilteredRow & Cursor>(
      `SELECT d.id AS rowId, d.deployment_started_at AS startedAt, ${filteredColumns(filter)} FROM deployment_metrics d
       WHERE d.deployment_id IN (SELECT value FROM json_each(?)) ORDER BY d.deployment_started_at DESC, d.id DESC`,
    )
    .all(JSON.stringify(ids))
    .filter(matches)
    .filter(({ startedAt }) => filter.sinceMs === undefined || startedAt >= isoTime(filter.sinceMs))
    .filter(({ startedAt }) => filter.untilMs === undefined || startedAt < isoTime(filter.untilMs));
  return page(db, fitting).rows;
}

function readRows(db: Database, column: 'd.id', keys: readonly number[]): ListedDeployment[] {
  const found = db
    .prepare<[string], DeploymentRow & { rowId: number }>(
      `SELECT d.id AS rowId, ${deploymentColumns} FROM deployment_metrics AS d
       WHERE ${column} IN (SELECT value FROM json_each(?))`,
    )
    .all(JSON.stringify(keys))
    .map(({ rowId, ...row }) => ({ rowId, ...deploymentRecord(row as unknown as DeploymentRow) }));
  const byRow = new Map(found.map((row) => [row.rowId, row]));
  return keys.flatMap((key) => byRow.get(key) ?? []);
}
