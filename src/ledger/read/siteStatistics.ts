import type { Database } from 'better-sqlite3';
import type { Site } from './site.ts';

/** All finished deployments of a site. Seconds; durations speak of successful ones (warning included), null where there is none. */
export interface SiteStatistics {
  readonly total: number;
  readonly successful: number;
  readonly failed: number;
  readonly meanSeconds: number | null;
  readonly minSeconds: number | null;
  readonly maxSeconds: number | null;
  /** What was measured, else the cutover. */
  readonly meanDowntimeSeconds: number | null;
  readonly meanHealthCheckSeconds: number | null;
}

/** Discarded ones and fragments never count, nor does what still runs. */
export function siteStatistics(db: Database, { deployment, environment }: Site): SiteStatistics {
  return db
    .prepare(
      `WITH finished AS (SELECT deployment_status <> 'failed' AS good, total_duration AS seconds, downtime_duration, cutover_duration, health_check_duration
         FROM deployment_metrics WHERE deployment = ? AND environment = ? AND discarded = 0 AND fragment = 0
           AND deployment_status IN ('success', 'warning', 'failed'))
       SELECT COUNT(*) AS total, COALESCE(SUM(good), 0) AS successful, COALESCE(SUM(NOT good), 0) AS failed,
         AVG(seconds) FILTER (WHERE good) AS meanSeconds, MIN(seconds) FILTER (WHERE good) AS minSeconds,
         MAX(seconds) FILTER (WHERE good) AS maxSeconds,
         AVG(COALESCE(downtime_duration, cutover_duration)) FILTER (WHERE good) AS meanDowntimeSeconds,
         AVG(health_check_duration) FILTER (WHERE good) AS meanHealthCheckSeconds FROM finished`,
    )
    .get(deployment, environment) as SiteStatistics;
}
