import type { Database } from '../file/addon.ts';
import { hasFailed } from '../statuses.ts';
import { type DeploymentFilter, deploymentCondition } from './filter.ts';
import { type DeploymentRecord, type DeploymentRow, deploymentColumns, deploymentRecord } from './record.ts';

/**
 * The newest deployments, at most `most`, that match and failed or were rolled back, newest start first. From the indexes of those only:
 * none fails or is rolled back before it began.
 */
export function readBad(
  db: Database,
  { most, ...filter }: DeploymentFilter & { readonly most: number },
): DeploymentRecord[] {
  const { sql, values } = deploymentCondition(filter);
  const since = values.since ?? '';
  return db
    .prepare<[Record<string, string | number>], DeploymentRow>(
      `WITH bad(id) AS (SELECT DISTINCT id FROM (
         SELECT f.id FROM deployment_metrics f WHERE f.${hasFailed} AND f.deployment_completed_at >= @from
         UNION ALL
         SELECT b.id FROM rollbacks r CROSS JOIN deployment_metrics b ON b.deployment_id = r.deployment_id
         WHERE r.success = 1 AND r.at >= @from)),
       newest(id) AS (SELECT d.id FROM bad CROSS JOIN deployment_metrics AS d ON d.id = bad.id WHERE ${sql}
         ORDER BY d.deployment_started_at DESC, d.id DESC LIMIT @most)
       SELECT ${deploymentColumns} FROM newest CROSS JOIN deployment_metrics AS d ON d.id = newest.id
       ORDER BY d.deployment_started_at DESC, d.id DESC`,
    )
    .all({ ...values, from: since, most })
    .map(deploymentRecord);
}
