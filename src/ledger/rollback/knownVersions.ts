import type { DeploymentRow } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import { hasEndedWell } from '../statuses.ts';

type Place = Pick<DeploymentRow, 'deployment' | 'environment' | 'instance' | 'version'>;

/** Of the same deployment, environment and host; `+` keeps SQLite on the index of versions. */
const samePlace = (one: string, other: string): string =>
  `+${one}.deployment = ${other}.deployment AND +${one}.environment = ${other}.environment AND +${one}.instance = ${other}.instance`;

const isBad = (row: string): string =>
  `EXISTS (SELECT 1 FROM deployment_facts f WHERE f.deployment_id = ${row}.deployment_id AND f.fact = 'bad_version')`;

/**
 * The newest version that is known to be good here and is not the given one: a deployment of it succeeded, and since
 * then it was neither rolled back nor marked bad. Null if there is none.
 */
export function knownGoodVersion(database: Database, place: Place): string | null {
  const found = database.prepare<unknown[], string>(
    `SELECT m.version FROM deployment_metrics m
     WHERE m.deployment = @deployment AND m.environment = @environment AND m.instance = @instance AND m.${hasEndedWell}
       AND m.discarded = 0 AND m.fragment = 0 AND m.version <> @version AND m.version <> 'unknown'
       AND NOT EXISTS (SELECT 1 FROM deployment_metrics x WHERE x.version = m.version AND ${samePlace('x', 'm')}
         AND x.deployment_started_at >= m.deployment_started_at
         AND (${isBad('x')} OR EXISTS (SELECT 1 FROM rollbacks r WHERE r.deployment_id = x.deployment_id)))
     ORDER BY m.deployment_completed_at DESC, m.id DESC LIMIT 1`,
  );
  return found.pluck().get({ ...place }) ?? null;
}

/** A version whose last deployment here was rolled back by `--rollback`, or would have been. */
export interface BadVersion {
  readonly deploymentId: string;
  /** What failed. */
  readonly failedCheck: string | null;
}

/** Null if the version is not marked bad, or succeeded since. */
export function badVersion(database: Database, place: Place): BadVersion | null {
  const found = database.prepare<unknown[], BadVersion>(
    `SELECT m.deployment_id AS deploymentId,
       (SELECT value FROM deployment_facts c WHERE c.deployment_id = m.deployment_id AND c.fact = 'rollback.failed_check') AS failedCheck
     FROM deployment_metrics m WHERE m.version = @version
       AND +m.deployment = @deployment AND +m.environment = @environment AND +m.instance = @instance AND ${isBad('m')}
       AND NOT EXISTS (SELECT 1 FROM deployment_metrics y WHERE y.version = m.version AND ${samePlace('y', 'm')}
         AND y.deployment_started_at > m.deployment_started_at AND y.${hasEndedWell} AND y.discarded = 0 AND NOT ${isBad('y')})
     ORDER BY m.deployment_started_at DESC LIMIT 1`,
  );
  const { version, deployment, environment, instance } = place;
  return found.get({ version, deployment, environment, instance }) ?? null;
}
