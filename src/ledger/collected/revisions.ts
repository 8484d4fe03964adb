import type { Database } from '../file/addon.ts';

/** The revisions that git is asked about: a commit or a version, as it was recorded. */
export interface Revisions {
  readonly commit: string | null;
  /** For the version that was in service when this deployment began. */
  readonly previous: string | null;
}

/** The commit of a deployment and of the version before it; if only a version is known, it may be a tag. */
export function revisions(database: Database, deploymentId: string): Revisions {
  const row = database
    .prepare<unknown[], Row>(
      `SELECT d.commit_sha AS commitSha, d.version, d.previous_version AS previousVersion,
              (SELECT p.commit_sha FROM deployment_metrics p
               WHERE p.deployment = d.deployment AND p.environment = d.environment
                 AND p.version = d.previous_version AND p.deployment_started_at < d.deployment_started_at
               ORDER BY p.deployment_started_at DESC LIMIT 1) AS previousSha
       FROM deployment_metrics d WHERE d.deployment_id = ?`,
    )
    .get(deploymentId);
  return {
    commit: row?.commitSha ?? row?.version ?? null,
    previous: row?.previousSha ?? row?.previousVersion ?? null,
  };
}

interface Row {
  readonly commitSha: string | null;
  readonly version: string;
  readonly previousVersion: string | null;
  readonly previousSha: string | null;
}
