import type { Database } from './file/addon.ts';
import { hasEndedWell } from './statuses.ts';

/**
 * The version in service of a group and since when (Unix ms): of the newest successful deployment, or the one that a
 * later successful rollback restored. Null before anything was in service.
 */
export function versionInService(
  database: Database,
  groupId: number,
): { version: string; commitSha: string | null; sinceMs: number } | null {
  // CROSS JOIN: start from the few rollbacks, not from the whole history of the group.
  const found = database
    .prepare<unknown[], { version: string; commitSha: string | null; since: string }>(
      `WITH g AS NOT MATERIALIZED (SELECT instance, deployment, environment FROM groups WHERE id = @groupId),
       d AS NOT MATERIALIZED (SELECT m.* FROM g CROSS JOIN deployment_metrics m WHERE m.instance = g.instance AND m.deployment = g.deployment AND m.environment = g.environment)
       SELECT version, commitSha, since FROM (
         SELECT * FROM (SELECT version, commit_sha AS commitSha, deployment_completed_at AS since FROM d
           WHERE ${hasEndedWell} ORDER BY deployment_completed_at DESC, id DESC LIMIT 1)
         UNION ALL
         SELECT back.version, (SELECT commit_sha FROM d WHERE d.version = back.version ORDER BY d.deployment_started_at DESC, d.id DESC LIMIT 1), back.at
         FROM (SELECT r.to_version AS version, r.at
           FROM rollbacks r JOIN d ON d.deployment_id = r.deployment_id WHERE r.success = 1 AND r.to_version IS NOT NULL ORDER BY r.at DESC, r.id DESC LIMIT 1) back
       ) ORDER BY since DESC LIMIT 1`,
    )
    .get({ groupId });
  return found === undefined
    ? null
    : { version: found.version, commitSha: found.commitSha, sinceMs: Date.parse(found.since) };
}
