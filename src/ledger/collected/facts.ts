import { isoTime } from '../../model.ts';
import { redact, redactAddress } from '../../redact.ts';
import type { DeploymentRow } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import type { Rows } from '../rows.ts';
import { hasEndedWell } from '../statuses.ts';

/** The source of a fact. */
export type FactSource =
  | 'git'
  | 'docker'
  | 'github'
  | 'gitlab'
  | 'webhook'
  | 'import'
  | 'start'
  | 'deploytrack';

/** Additional facts of a deployment; null ones are left out. */
export interface StoredFacts {
  readonly deploymentId: string;
  readonly source: FactSource;
  readonly atMs: number;
  /** By dotted lower-case names: `docker.image`. */
  readonly facts: Readonly<Record<string, string | number | null>>;
}

/** Stores facts of a deployment; a later one of the same name replaces the earlier. */
export function saveFacts(database: Database, { deploymentId, source, atMs, facts }: StoredFacts): void {
  const keep = database.prepare(
    `INSERT INTO deployment_facts (deployment_id, fact, value, source, at) VALUES (?, ?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET value = excluded.value, source = excluded.source, at = excluded.at`,
  );
  for (const [fact, value] of Object.entries(facts))
    if (value !== null) keep.run(deploymentId, fact, shownFact(fact, value), source, isoTime(atMs));
}

/** An image's name may look like a name and a secret (`auth-token:1.2`), but is not secret. */
const names = new Set(['docker.image', 'docker.image_id', 'docker.container', 'docker.container_id']);

/** A fact as it is stored: redacted. */
export function shownFact(fact: string, value: string | number): string {
  if (typeof value !== 'string' || names.has(fact)) return String(value);
  return value.includes('://') ? redactAddress(value) : redact(value);
}

/** One fact of a deployment; null if it is unknown. */
export function factOf(
  database: Database,
  { deploymentId, fact }: { deploymentId: string; fact: string },
): string | null {
  const found = database.prepare<unknown[], Rows['deployment_facts']['value']>(
    'SELECT value FROM deployment_facts WHERE deployment_id = ? AND fact = ?',
  );
  return found.pluck().get(deploymentId, fact) ?? null;
}

/** A version, and the deployment, environment and host that it is for. */
export type Place = Pick<DeploymentRow, 'deployment' | 'environment' | 'instance' | 'version'>;

/** Of the same deployment, environment and host; `+` keeps SQLite on the index of versions. */
export const samePlace = (one: string, other: string): string =>
  `+${one}.deployment = ${other}.deployment AND +${one}.environment = ${other}.environment AND +${one}.instance = ${other}.instance`;

export const isBad = (row: string): string =>
  `EXISTS (SELECT 1 FROM deployment_facts f WHERE f.deployment_id = ${row}.deployment_id AND f.fact = 'bad_version')`;

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
