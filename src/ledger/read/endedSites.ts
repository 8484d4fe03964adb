import type { Database } from '../file/addon.ts';
import { endedAndCounts } from '../statuses.ts';

/** A deployment name and an environment. */
export interface Site {
  readonly deployment: string;
  readonly environment: string;
}

/**
 * Every site with a finished deployment, the last to end first. It steps from site to site in the index, not from row
 * to row: as fast with 100,000 deployments as with ten.
 */
export function endedSites(db: Database): Site[] {
  return db
    .prepare<[], Site>(
      `WITH RECURSIVE one(id) AS (
         SELECT (SELECT id FROM deployment_metrics WHERE ${endedAndCounts} AND deployment >= '' AND environment >= ''
                 ORDER BY deployment, environment LIMIT 1)
         UNION ALL
         SELECT COALESCE(
           (SELECT id FROM deployment_metrics WHERE ${endedAndCounts} AND deployment = before.deployment
              AND environment > before.environment ORDER BY environment LIMIT 1),
           (SELECT id FROM deployment_metrics WHERE ${endedAndCounts} AND deployment > before.deployment AND environment >= ''
            ORDER BY deployment, environment LIMIT 1))
         FROM one JOIN deployment_metrics before ON before.id = one.id)
       SELECT site.deployment, site.environment FROM one JOIN deployment_metrics site ON site.id = one.id
       ORDER BY (SELECT MAX(deployment_completed_at) FROM deployment_metrics
                 WHERE ${endedAndCounts} AND deployment = site.deployment AND environment = site.environment) DESC`,
    )
    .all();
}

/** A row of the view `deployment_history`. */
export interface DeployedVersion {
  readonly version: string;
  readonly deployed_at: string;
  readonly method: string | null;
  readonly notes: string | null;
}

/** Finished deployments of one site, the last to end first, in the form of the view `deployment_history`. */
export function deployedVersions(
  db: Database,
  { site, limit }: { site: Site; limit: number },
): DeployedVersion[] {
  return db
    .prepare<[Site & { limit: number }], DeployedVersion>(
      `SELECT version, strftime('%Y-%m-%d %H:%M:%S', deployment_completed_at) AS deployed_at, deployment_method AS method, notes
       FROM deployment_metrics WHERE ${endedAndCounts} AND deployment = @deployment AND environment = @environment
       ORDER BY deployment_completed_at DESC, id DESC LIMIT @limit`,
    )
    .all({ ...site, limit });
}
