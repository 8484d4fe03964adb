import type { Database } from '../file/addon.ts';
import { hasFailed } from '../statuses.ts';
import type { Site } from './endedSites.ts';

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
