import { isoTime } from '../../model.ts';
import { redact, redactAddress } from '../../redact.ts';
import type { Database } from '../file/addon.ts';
import type { Rows } from '../rows.ts';

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
