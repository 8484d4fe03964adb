import type { Database } from '../file/addon.ts';

/** The time of the newest mark of a deployment or a phase, in milliseconds of wall time; null if there is none. */
export function newestMarkMs(database: Database): number | null {
  const newest = database
    .prepare(
      `SELECT max(at) FROM (SELECT max(max(deployment_started_at, coalesce(deployment_completed_at, ''))) AS at FROM deployment_metrics
       UNION ALL SELECT max(max(started_at, coalesce(ended_at, ''))) FROM deployment_stages)`,
    )
    .pluck()
    .get() as string | null;
  const ms = Date.parse(newest ?? '');
  return Number.isNaN(ms) ? null : ms;
}
