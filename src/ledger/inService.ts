import type { GroupKey } from '../model.ts';
import type { Database } from './file/addon.ts';
import { endedAndCounts, hasEndedWell, hasNotFailed } from './statuses.ts';

/** A version, with the time since when it is in service, Unix ms. */
export interface InService {
  readonly version: string;
  readonly commitSha: string | null;
  readonly sinceMs: number;
}

/** One host of a site, or all of them. */
export type Place = Omit<GroupKey, 'instance'> & { readonly instance: string | null };

interface Found {
  readonly version: string;
  readonly commitSha: string | null;
  readonly since: string;
}

/** The version in service of a group. */
export function versionInService(database: Database, groupId: number): InService | null {
  const key = database
    .prepare<[number], GroupKey>('SELECT instance, deployment, environment FROM groups WHERE id = ?')
    .get(groupId);
  return key === undefined ? null : versionInServiceAt(database, key);
}

/**
 * The version of the newest successful deployment, or the one that a later successful rollback restored. Null before anything was in
 * service. Imported deployments count, which have no group.
 */
export function versionInServiceAt(database: Database, place: Place): InService | null {
  // Each is the condition of an index.
  const hasSucceeded = place.instance === null ? `${endedAndCounts} AND ${hasNotFailed}` : hasEndedWell;
  const newest = database
    .prepare<[Place], Found>(
      `SELECT version, commit_sha AS commitSha, deployment_completed_at AS since FROM deployment_metrics
       WHERE ${isAt(place)} AND ${hasSucceeded} ORDER BY deployment_completed_at DESC, id DESC LIMIT 1`,
    )
    .get(place);
  const back = rolledBackTo(database, { place, since: newest?.since ?? null });
  const { version, commitSha, since } = back !== null && back.since !== newest?.since ? back : (newest ?? {});
  return version === undefined || since === undefined
    ? null
    : { version, commitSha: commitSha ?? null, sinceMs: Date.parse(since) };
}

/** The condition on the names of a deployment. */
export function isAt({ instance }: Place): string {
  const isOfSite = 'deployment = @deployment AND environment = @environment';
  return instance === null ? isOfSite : `${isOfSite} AND instance = @instance`;
}

/**
 * The version that the newest successful rollback restored; null if there is none. Searched in the few rollbacks since the
 * newest success, or in those of the few deployments of a place in which nothing has succeeded.
 */
function rolledBackTo(
  database: Database,
  { place, since }: { place: Place; since: string | null },
): Found | null {
  const back = database
    .prepare<[Place & { since: string | null }], Omit<Found, 'commitSha'> & { instance: string }>(
      `SELECT r.to_version AS version, r.at AS since, d.instance
       FROM ${since === null ? 'deployment_metrics d CROSS JOIN rollbacks r' : 'rollbacks r CROSS JOIN deployment_metrics d'}
         ON d.deployment_id = r.deployment_id
       WHERE ${since === null ? '@since IS NULL' : 'r.at >= @since'}
         AND r.success = 1 AND r.to_version IS NOT NULL AND ${isAt(place)} ORDER BY r.at DESC, r.id DESC LIMIT 1`,
    )
    .get({ ...place, since });
  if (back === undefined) return null;
  const { version, instance } = back;
  const commit = database.prepare<[Place & { version: string }], string | null>(
    `SELECT commit_sha FROM deployment_metrics WHERE ${isAt({ ...place, instance })} AND version = @version
     ORDER BY deployment_started_at DESC, id DESC LIMIT 1`,
  );
  return {
    version,
    since: back.since,
    commitSha: commit.pluck().get({ ...place, instance, version }) ?? null,
  };
}

/** The deployments that `versionInService` depends on. */
export function inServiceBy(database: Database, groupId: number): string[] {
  const found = database.prepare<unknown[], string>(
    `WITH g AS NOT MATERIALIZED (SELECT instance, deployment, environment FROM groups WHERE id = @groupId),
     d AS NOT MATERIALIZED (SELECT m.* FROM g CROSS JOIN deployment_metrics m WHERE m.instance = g.instance AND m.deployment = g.deployment AND m.environment = g.environment),
     back AS (SELECT r.deployment_id, r.to_version FROM rollbacks r JOIN d ON d.deployment_id = r.deployment_id
       WHERE r.success = 1 AND r.to_version IS NOT NULL ORDER BY r.at DESC, r.id DESC LIMIT 1)
     SELECT * FROM (SELECT deployment_id FROM d WHERE ${hasEndedWell} ORDER BY deployment_completed_at DESC, id DESC LIMIT 1)
     UNION ALL SELECT deployment_id FROM back
     UNION ALL SELECT (SELECT deployment_id FROM d WHERE d.version = back.to_version ORDER BY d.deployment_started_at DESC, d.id DESC LIMIT 1) FROM back`,
  );
  return found
    .pluck()
    .all({ groupId })
    .filter((id) => id !== null);
}
