import type { Database } from '../file/addon.ts';
import { dataVersion } from '../file/dataVersion.ts';
import { type Due, dueDeployments } from './due.ts';
import type { HostSite } from './hosts.ts';
import { notePruned } from './pruned.ts';
import { referredTo, stayingOf } from './staying.ts';
import { deletedTables } from './tables.ts';

export interface Pruning {
  /** Deployments that ended before this time, ISO 8601 in UTC. */
  readonly until: string;
  readonly now: string;
  /** Deployments with marks in a journal. */
  readonly waiting: ReadonlySet<string>;
}

/** What may be deleted of a site, as long as no other process writes. */
export interface Found {
  readonly dataVersion: number;
  readonly due: readonly Due[];
}

const searchedAtOnce = 1000;

/** What may be deleted of a site now. What this process deletes does not change it. */
export function findDue(database: Database, { site, until, waiting }: Pruning & { site: HostSite }): Found {
  const version = dataVersion(database);
  const staying = stayingOf(database, { site, referred: referredTo(database, waiting) });
  return {
    dataVersion: version,
    due: dueDeployments(database, { site, until, staying, most: searchedAtOnce }),
  };
}

/**
 * Deletes the oldest deployments of a site with all their rows, inside the caller's transaction. `found` is looked up
 * again if another process has written since, so that no mark comes in between. Returns what was deleted, and what is
 * left to delete.
 */
export function deleteSome(
  database: Database,
  { found: before, most, ...pruning }: Pruning & { site: HostSite; found: Found; most: number },
): { some: readonly Due[]; found: Found } {
  const found = before.dataVersion === dataVersion(database) ? before : findDue(database, pruning);
  const some = found.due.slice(0, most);
  const ids = some.map(({ id }) => id);
  for (const table of deletedTables)
    database
      .prepare(`DELETE FROM ${table} WHERE deployment_id IN (SELECT value FROM json_each(?))`)
      .run(JSON.stringify(ids));
  notePruned(database, { ids, at: pruning.now });
  return { some, found: { ...found, due: found.due.slice(most) } };
}
