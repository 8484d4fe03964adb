import type { Database } from '../file/addon.ts';
import { readsRollups, readTogether } from '../rollups/readTallies.ts';
import { endedAndCounts, hasFailed } from '../statuses.ts';
import type { Site } from './endedSites.ts';

/** The number of finished deployments of a site, by status. */
export interface SiteCounts {
  readonly total: number;
  readonly failed: number;
}

const ofSite = `FROM deployment_metrics WHERE ${endedAndCounts} AND deployment = @deployment AND environment = @environment`;

/** Of many deployments from roll-ups, otherwise from the index `deployment_by_end`. */
export function siteCounts(db: Database, site: Site): SiteCounts {
  if (readsRollups(db, {})) {
    const { total, failed } = readTogether(db, { filter: { ...site }, kinds: ['totals'] }).totals;
    return { total, failed };
  }
  return db
    .prepare<[Site], SiteCounts>(
      `SELECT COUNT(*) AS total, COALESCE(SUM(${hasFailed}), 0) AS failed ${ofSite}`,
    )
    .get(site) as SiteCounts;
}

/** The ID of the deployment that failed last; null if none did, or if it came from elsewhere without an ID. */
export function lastFailedId(db: Database, site: Site): string | null {
  const row = db
    .prepare<[Site], number>(
      // `+`: the index of all failures by their ends.
      `SELECT id FROM deployment_metrics WHERE ${hasFailed} AND discarded = 0 AND fragment = 0 AND +deployment = @deployment
         AND +environment = @environment ORDER BY deployment_completed_at DESC LIMIT 1`,
    )
    .pluck()
    .get(site);
  // In its own query: the index has no IDs of deployments, and the rows are not read.
  const id = db.prepare<[number], string | null>('SELECT deployment_id FROM deployment_metrics WHERE id = ?');
  return row === undefined ? null : (id.pluck().get(row) ?? null);
}
