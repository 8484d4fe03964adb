import type { DeploymentStatus } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import { type DeploymentFilter, deploymentCondition } from './filter.ts';

/** The last deployment of a version on a host. */
export interface RolloutDeployment {
  readonly id: string | null;
  readonly deployment: string;
  readonly environment: string;
  readonly version: string;
  readonly host: string;
  readonly status: DeploymentStatus | 'rolled-back';
  readonly startedAt: string;
  readonly completedAt: string | null;
  readonly totalSeconds: number | null;
  readonly error: string | null;
}

export interface RolloutFilter extends Omit<DeploymentFilter, 'version' | 'status'> {
  /** The whole version. */
  readonly exactly?: string | undefined;
}

/** The newest deployments that are looked at: what is shown are recent rollouts. */
const mostRows = 20_000;

/** Of each version and host the last deployment, newest first. A rollback does not count as a rollout of the older version. */
export function rolloutDeployments(db: Database, { exactly, ...filter }: RolloutFilter): RolloutDeployment[] {
  const { sql, values } = deploymentCondition(filter);
  const version = exactly === undefined ? '' : 'AND d.version = @exactly';
  return db
    .prepare<unknown[], RolloutDeployment>(
      `WITH recent AS (
         SELECT d.* FROM deployment_metrics d
         WHERE ${sql} ${version} AND d.rollback_of IS NULL AND d.instance IS NOT NULL AND d.deployment IS NOT NULL AND d.environment IS NOT NULL
         ORDER BY d.deployment_started_at DESC LIMIT ${mostRows}),
       placed AS (
         SELECT *, row_number() OVER (PARTITION BY deployment, environment, version, instance
           ORDER BY deployment_started_at DESC, id DESC) AS place FROM recent)
       SELECT deployment_id AS id, deployment, environment, version, instance AS host,
         iif(EXISTS (SELECT 1 FROM rollbacks r WHERE r.deployment_id = placed.deployment_id AND r.success = 1),
           'rolled-back', deployment_status) AS status,
         deployment_started_at AS startedAt, deployment_completed_at AS completedAt, total_duration AS totalSeconds,
         error_message AS error
       FROM placed WHERE place = 1 ORDER BY deployment_started_at DESC, id DESC`,
    )
    .all({ ...values, ...(exactly === undefined ? {} : { exactly }) });
}

/** The seconds of each phase that succeeded, by deployment. */
export function rolloutPhases(
  db: Database,
  ids: readonly string[],
): { stage: string; id: string; seconds: number }[] {
  return db
    .prepare<[string], { stage: string; id: string; seconds: number }>(
      `SELECT s.stage, s.deployment_id AS id, sum(s.duration_seconds) AS seconds FROM json_each(?) k
       JOIN deployment_stages s ON s.deployment_id = k.value
       WHERE s.status = 'success' AND s.of_rollback = 0 AND s.duration_seconds IS NOT NULL
       GROUP BY s.deployment_id, s.stage ORDER BY min(s.id)`,
    )
    .all(JSON.stringify(ids));
}
