import type { RecentStage } from '../../metrics/snapshot.ts';
import type { Database } from '../file/addon.ts';
import type { Selected } from '../rows.ts';

type StageRow = Selected<
  'deployment_stages',
  {
    deploymentId: 'deployment_id';
    service: 'service';
    stage: 'stage';
    startedAt: 'started_at';
    durationSeconds: 'duration_seconds';
    status: 'status';
  }
>;

/**
 * The latest run of each service and stage of these deployments, in order of their first run. A run during a rollback
 * is shown only if the deployment has none of its own; marks after the end are not shown.
 */
export function recentStages(
  database: Database,
  ids: readonly string[],
): ReadonlyMap<string, readonly RecentStage[]> {
  const rows = database
    .prepare<unknown[], StageRow>(
      `SELECT deployment_id AS deploymentId, service, stage, started_at AS startedAt,
       duration_seconds AS durationSeconds, status
       FROM deployment_stages WHERE late = 0 AND deployment_id IN (SELECT value FROM json_each(?))
       ORDER BY of_rollback DESC, id`,
    )
    .all(JSON.stringify(ids));
  const latest = new Map<string, Map<string, RecentStage>>();
  for (const { deploymentId, service, stage, startedAt, durationSeconds, status } of rows) {
    const stages = latest.get(deploymentId) ?? new Map<string, RecentStage>();
    latest.set(deploymentId, stages);
    const run = { service, stage, startedAtMs: Date.parse(startedAt), durationSeconds, status };
    stages.set(JSON.stringify([service, stage]), run);
  }
  return new Map([...latest].map(([id, stages]) => [id, [...stages.values()]]));
}
