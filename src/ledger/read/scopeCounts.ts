import { isoTime } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import { type DeploymentFilter, deploymentCondition } from './filter.ts';

/** More than this are not counted. */
export const mostCounted = 500;

/** Deployments that match and were rolled back since the start of the period, from the index of rollback times. */
export function countRolledBack(db: Database, filter: DeploymentFilter): number {
  const { sql, values } = deploymentCondition(filter);
  const found = db
    .prepare<[Record<string, unknown>], string>(
      `SELECT DISTINCT d.deployment_id FROM (
         SELECT deployment_id FROM rollbacks WHERE success = 1 AND at >= @rolledSince ORDER BY at DESC LIMIT ${2 * mostCounted}) r
       CROSS JOIN deployment_metrics d ON d.deployment_id = r.deployment_id
       WHERE ${sql} LIMIT ${mostCounted}`,
    )
    .pluck()
    .all({ ...values, rolledSince: isoTime(filter.sinceMs ?? 0) });
  return found.length;
}

/** All rows of deployments, whatever they are. */
export function countDeployments(db: Database): number {
  return db.prepare<[], number>('SELECT count(*) FROM deployment_metrics').pluck().get() ?? 0;
}
