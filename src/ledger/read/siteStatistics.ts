import type { Database } from '../file/addon.ts';
import { readsRollups, readTogether } from '../rollups/readTallies.ts';
import { endedAndCounts, hasFailed, hasNotFailed } from '../statuses.ts';
import type { Site } from './endedSites.ts';

/**
 * All finished deployments of a site. Seconds; durations only of successful ones (including warning), null if there are
 * none.
 */
export interface SiteStatistics {
  readonly total: number;
  readonly successful: number;
  readonly failed: number;
  readonly meanSeconds: number | null;
  readonly minSeconds: number | null;
  readonly maxSeconds: number | null;
  /** The measured downtime, otherwise the cutover. */
  readonly meanDowntimeSeconds: number | null;
  readonly meanHealthCheckSeconds: number | null;
}

/**
 * Discarded and incomplete deployments never count, nor do running ones. Of many deployments from roll-ups, otherwise from
 * the index `deployment_by_end`; as exact.
 */
export function siteStatistics(db: Database, site: Site): SiteStatistics {
  if (readsRollups(db, {})) return rolledUp(db, site);
  const ofSite = `${endedAndCounts} AND deployment = @deployment AND environment = @environment`;
  const failed = db
    .prepare<[Site], number>(`SELECT COUNT(*) FROM deployment_metrics WHERE ${ofSite} AND ${hasFailed}`)
    .pluck()
    .get(site);
  const successful = db
    .prepare<[Site], Omit<SiteStatistics, 'total' | 'failed'>>(
      `SELECT COUNT(*) AS successful, AVG(total_duration) AS meanSeconds, MIN(total_duration) AS minSeconds,
              MAX(total_duration) AS maxSeconds, AVG(COALESCE(downtime_duration, cutover_duration)) AS meanDowntimeSeconds,
              AVG(health_check_duration) AS meanHealthCheckSeconds
       FROM deployment_metrics WHERE ${ofSite} AND ${hasNotFailed}`,
    )
    .get(site) as Omit<SiteStatistics, 'total' | 'failed'>;
  return { ...successful, failed: failed ?? 0, total: successful.successful + (failed ?? 0) };
}

function rolledUp(db: Database, site: Site): SiteStatistics {
  const { totals } = readTogether(db, { filter: { ...site }, kinds: ['totals'] });
  const { mean, min, max } = totals.totalSeconds.summary();
  return {
    total: totals.total,
    successful: totals.total - totals.failed,
    failed: totals.failed,
    meanSeconds: mean,
    minSeconds: min,
    maxSeconds: max,
    meanDowntimeSeconds: totals.downtimeSeconds.summary().mean,
    meanHealthCheckSeconds: totals.healthCheckSeconds.summary().mean,
  };
}
