import type { Database } from '../file/addon.ts';

/** One attempt of a health check or of a prober. */
export interface Attempt {
  readonly at: string;
  readonly latencySeconds: number;
  readonly healthy: boolean;
  readonly verdict: string;
  readonly of: string | null;
}

/** The most recent attempts of a deployment in order. `of`: the verification; null: a prober's. */
export function readAttempts(db: Database, deploymentId: string, limit = 2000): Attempt[] {
  return db
    .prepare<[string, number], Omit<Attempt, 'healthy'> & { healthy: number }>(
      `SELECT checked_at AS at, latency_seconds AS latencySeconds, status = 'healthy' AS healthy, verdict, verification_id AS of
       FROM health_checks WHERE deployment_id = ? ORDER BY id DESC LIMIT ?`,
    )
    .all(deploymentId, limit)
    .reverse()
    .map((one) => ({ ...one, healthy: one.healthy === 1 }));
}
