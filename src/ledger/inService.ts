import type { Database } from './file/addon.ts';
import { hasEndedWell } from './statuses.ts';

/**
 * The version in service of a group and since when (Unix ms): of the newest deployment that ended well, or the
 * one that a later successful rollback went back to. Null before anything was in service.
 */
export function versionInService(
  database: Database,
  groupId: number,
): { version: string; commitSha: string | null; sinceMs: number } | null {
  const found = database
    .prepare<unknown[], { version: string; commitSha: string | null; since: string }>(
      `WITH g AS (SELECT instance, deployment, environment FROM groups WHERE id = @groupId),
       d AS (SELECT m.* FROM deployment_metrics m, g WHERE m.instance = g.instance AND m.deployment = g.deployment AND m.environment = g.environment)
       SELECT version, commitSha, since FROM (
         SELECT * FROM (SELECT version, commit_sha AS commitSha, deployment_completed_at AS since FROM d
           WHERE ${hasEndedWell} ORDER BY deployment_completed_at DESC, id DESC LIMIT 1)
         UNION ALL
         SELECT * FROM (SELECT r.to_version, (SELECT commit_sha FROM d d2 WHERE d2.version = r.to_version ORDER BY d2.id DESC LIMIT 1), r.at
           FROM rollbacks r JOIN d ON d.deployment_id = r.deployment_id WHERE r.success = 1 AND r.to_version IS NOT NULL ORDER BY r.at DESC, r.id DESC LIMIT 1)
       ) ORDER BY since DESC LIMIT 1`,
    )
    .get({ groupId });
  return found === undefined
    ? null
    : { version: found.version, commitSha: found.commitSha, sinceMs: Date.parse(found.since) };
}
