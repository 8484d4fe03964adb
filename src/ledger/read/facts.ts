import type { Database } from '../file/addon.ts';

/** What is known of a deployment beside its marks, and who told it. */
export interface Fact {
  readonly fact: string;
  readonly value: string;
  readonly source: string;
  /** When it was learnt, ISO 8601 in UTC. */
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
