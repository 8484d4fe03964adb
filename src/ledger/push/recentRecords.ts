import type { GroupSnapshot, RecentDeployment } from '../../metrics/snapshot.ts';
import type { Database } from '../file/addon.ts';
import type { Selected } from '../rows.ts';

/** The costs of each of these deployments so far, by resource. */
export function recentCosts(
  database: Database,
  ids: readonly string[],
): ReadonlyMap<string, RecentDeployment['costs']> {
  const rows = database
    .prepare<
      unknown[],
      Selected<'infrastructure_costs', { id: 'deployment_id'; resource: 'resource'; usd: 'cost_usd' }>
    >(
      `SELECT deployment_id AS id, resource, sum(cost_usd) AS usd FROM infrastructure_costs
       WHERE deployment_id IN (SELECT value FROM json_each(?)) GROUP BY deployment_id, resource ORDER BY min(id)`,
    )
    .all(JSON.stringify(ids));
  const costs = new Map<string, { resource: string; usd: number }[]>();
  for (const { id, ...cost } of rows) costs.set(id, [...(costs.get(id) ?? []), cost]);
  return costs;
}

/** The error rates of a deployment, the latest of each service; null if there is none. */
export function errorRates(database: Database, deploymentId: string): GroupSnapshot['errorRates'] {
  const services = database
    .prepare<unknown[], Selected<'post_deployment_errors', { service: 'service'; errorRate: 'error_rate' }>>(
      `SELECT service, error_rate AS errorRate FROM post_deployment_errors
       WHERE id IN (SELECT max(id) FROM post_deployment_errors WHERE deployment_id = ? GROUP BY service) ORDER BY id`,
    )
    .all(deploymentId);
  return services.length > 0 ? { deploymentId, services } : null;
}
