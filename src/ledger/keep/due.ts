import type { Database } from '../file/addon.ts';
import { furthest } from '../push/recentRows.ts';
import { isNotOpen } from '../statuses.ts';
import { type HostSite, isFit, ofHostSite } from './hosts.ts';
import type { Staying } from './staying.ts';

/** Finished before `@until`. It began before it too, which lets the index end the search. */
export const isOld = `${isNotOpen} AND deployment_started_at < @until AND deployment_completed_at < @until AND (${isFit})`;

/** What a push searches, as in `recentRows.ts`. */
const isSearched = 'discarded = 0 AND fragment = 0';
const isOutside = '(deployment_started_at, id) < (@startedAt, @id)';

/** A deployment that is to be deleted. */
export interface Due {
  readonly id: string;
  readonly endedAt: string;
}

interface Search {
  readonly site: HostSite;
  /** Exclusive, ISO 8601 in UTC. */
  readonly until: string;
  readonly staying: Staying;
  readonly most: number;
}

/**
 * The oldest deployments of a site that may be deleted, first those that no push searches. The text of its metrics is
 * the same without them: the newest ones that a push searches are only deleted if no older one would take their place.
 */
export function dueDeployments(database: Database, search: Search): Due[] {
  const { hasUnfit, edge } = searchedPart(database, search.site);
  const outside = edge === null ? [] : select(database, { ...search, edge, isIn: false });
  if (hasUnfit || outside.length >= search.most) return outside;
  if (edge !== null && anyStays(database, { ...search, edge, outside })) return outside;
  const most = search.most - outside.length;
  return [...outside, ...select(database, { ...search, most, edge, isIn: true })];
}

/** The oldest row that a push may search. */
interface Edge {
  readonly startedAt: string;
  readonly id: number;
}

/** `edge` is null if a push may search all rows. An invalid row may or may not count there, so twice as many are kept. */
function searchedPart(database: Database, site: HostSite): { hasUnfit: boolean; edge: Edge | null } {
  const newest = `FROM deployment_metrics WHERE ${ofHostSite} AND ${isSearched} ORDER BY deployment_started_at DESC, id DESC`;
  const unfit = database
    .prepare<unknown[], number>(
      `SELECT EXISTS (SELECT 1 FROM (SELECT * ${newest} LIMIT ${2 * furthest}) WHERE NOT (${isFit}))`,
    )
    .pluck()
    .get(site);
  const hasUnfit = unfit === 1;
  const edge = database
    .prepare<unknown[], Edge>(
      `SELECT deployment_started_at AS startedAt, id ${newest} LIMIT 1 OFFSET ${(hasUnfit ? 2 : 1) * furthest - 1}`,
    )
    .get(site);
  return { hasUnfit, edge: edge ?? null };
}

function select(
  database: Database,
  { site, until, staying, most, edge, isIn }: Search & { edge: Edge | null; isIn: boolean },
): Due[] {
  const part = edge === null ? '' : `AND ${isIn ? 'NOT ' : ''}${isOutside}`;
  return database
    .prepare<unknown[], Due>(
      `SELECT deployment_id AS id, deployment_completed_at AS endedAt FROM deployment_metrics
       WHERE ${ofHostSite} AND deployment_id IS NOT NULL AND ${isOld} ${part}
         AND deployment_id NOT IN (SELECT value FROM json_each(@staying))
       ORDER BY deployment_started_at, id LIMIT @most`,
    )
    .all({ ...site, ...edge, until, most, staying: JSON.stringify([...staying.keys()]) });
}

/** Whether an older row than those that a push searches stays: it would be searched instead of a deleted one. */
function anyStays(
  database: Database,
  { site, edge, outside }: Pick<Search, 'site'> & { edge: Edge; outside: readonly Due[] },
): boolean {
  const found = database.prepare(
    `SELECT 1 FROM deployment_metrics WHERE ${ofHostSite} AND ${isSearched} AND ${isOutside}
     AND (deployment_id IS NULL OR deployment_id NOT IN (SELECT value FROM json_each(@ids)))
     ORDER BY deployment_started_at DESC LIMIT 1`,
  );
  return found.get({ ...site, ...edge, ids: JSON.stringify(outside.map(({ id }) => id)) }) !== undefined;
}
