import type { Database } from '../file/addon.ts';

/** Additional facts of a deployment, and their sources. */
export interface Fact {
  readonly fact: string;
  readonly value: string;
  readonly source: string;
  /** When it was recorded, ISO 8601 in UTC. */
  readonly at: string;
}

/** The facts of a deployment, by name. */
export function readFacts(db: Database, deploymentId: string): Fact[] {
  return db
    .prepare<[string], Fact>(
      'SELECT fact, value, source, at FROM deployment_facts WHERE deployment_id = ? ORDER BY fact',
    )
    .all(deploymentId);
}
