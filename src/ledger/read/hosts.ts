import type { GroupKey } from '../../model.ts';
import type { Database } from '../file/addon.ts';

/** SQLite takes it as no limit. */
export const everyHost = -1;

/**
 * The hosts with what runs on them: those that have a group, and those of imported deployments, which have none. It steps from host to
 * host in the index, not from row to row.
 */
export function readHosts(db: Database, most = 500): GroupKey[] {
  return db
    .prepare<[{ most: number }], GroupKey>(
      `WITH RECURSIVE one(id) AS (
         SELECT (SELECT id FROM deployment_metrics WHERE deployment >= '' AND environment >= '' AND instance >= ''
                 ORDER BY deployment, environment, instance LIMIT 1)
         UNION ALL
         SELECT COALESCE(
           (SELECT id FROM deployment_metrics WHERE deployment = before.deployment AND environment = before.environment
              AND instance > before.instance ORDER BY instance LIMIT 1),
           (SELECT id FROM deployment_metrics WHERE deployment = before.deployment AND environment > before.environment
              AND instance >= '' ORDER BY environment, instance LIMIT 1),
           (SELECT id FROM deployment_metrics WHERE deployment > before.deployment AND environment >= '' AND instance >= ''
            ORDER BY deployment, environment, instance LIMIT 1))
         FROM one JOIN deployment_metrics before ON before.id = one.id
         LIMIT @most)
       SELECT deployment, environment, instance FROM groups
       UNION SELECT host.deployment, host.environment, host.instance FROM one JOIN deployment_metrics host ON host.id = one.id
       ORDER BY instance, deployment, environment LIMIT @most`,
    )
    .all({ most });
}

/** The sites of all hosts, or of one. */
export function readSites(db: Database, host?: string): Pick<GroupKey, 'deployment' | 'environment'>[] {
  const sites = readHosts(db, everyHost)
    .filter(({ instance }) => instance === (host ?? instance))
    .map(({ deployment, environment }) => ({ deployment, environment }));
  const byName = new Map(sites.map((site) => [`${site.deployment}\0${site.environment}`, site]));
  return [...byName].sort(([one], [other]) => (one < other ? -1 : 1)).map(([, site]) => site);
}
