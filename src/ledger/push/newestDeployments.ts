import type { DeploymentStatus, GroupKey } from '../../model.ts';
import type { Database } from '../file/addon.ts';

/** What the metrics show of a deployment's row. */
export interface ShownRow {
  readonly id: string;
  readonly version: string;
  readonly commitSha: string | null;
  readonly status: DeploymentStatus;
  readonly method: string | null;
  readonly url: string | null;
  readonly startedAt: string;
  readonly completedAt: string | null;
  readonly durationSeconds: number | null;
  readonly osVersion: string | null;
  readonly runtimeVersion: string | null;
  readonly memoryBytes: number | null;
}

/**
 * The newest hundred deployments of a group, newest first. Where the newest ones do not have a value (no health
 * check, no memory measured) it is looked for no further back: a push costs the same at ten million rows.
 */
export function newestDeployments(database: Database, key: GroupKey): ShownRow[] {
  return database
    .prepare(
      `SELECT deployment_id AS id, version, commit_sha AS commitSha, deployment_status AS status,
       deployment_method AS method, url, deployment_started_at AS startedAt, deployment_completed_at AS completedAt,
       total_duration AS durationSeconds, os_version AS osVersion, python_version AS runtimeVersion,
       memory_bytes AS memoryBytes
       FROM deployment_metrics
       WHERE deployment = ? AND environment = ? AND instance = ? AND discarded = 0 AND fragment = 0
       ORDER BY deployment_started_at DESC, id DESC LIMIT 100`,
    )
    .all(key.deployment, key.environment, key.instance) as ShownRow[];
}

/** Each pair of version and commit once, the latest use first. */
export function distinctVersions(rows: readonly ShownRow[]): { version: string; commitSha: string | null }[] {
  const distinct = new Map<string, { version: string; commitSha: string | null }>();
  for (const { version, commitSha } of rows) {
    const pair = JSON.stringify([version, commitSha]);
    if (!distinct.has(pair)) distinct.set(pair, { version, commitSha });
  }
  return [...distinct.values()];
}
