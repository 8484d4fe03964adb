import type { Instant } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import type { Selected } from '../rows.ts';

/** The check of a script that failed last, with the attempts of its verification. */
export interface LastFailure {
  readonly failure: { readonly reason: string; readonly words: string };
  readonly attempts: readonly {
    readonly startedAt: Instant;
    readonly endedAt: Instant;
    readonly healthy: boolean;
    readonly statusCode: number | null;
  }[];
}

/** Null if the latest check did not fail. */
export function lastFailure(database: Database, deploymentId: string): LastFailure | null {
  const found = database
    .prepare<unknown[], { id: string | null; failed: number; words: string }>(
      `SELECT id, failed, words FROM (
         SELECT verification_id AS id, success = 0 AS failed, 'health: ' || coalesce(error_message, verdict) AS words, ended_at AS at
         FROM health_verifications WHERE deployment_id = @deploymentId AND of_rollback = 0
         UNION ALL
         SELECT NULL, status = 'failure', 'smoke test ' || test_name || ': ' || coalesce(error_message, 'failed'), run_at
         FROM smoke_tests WHERE deployment_id = @deploymentId AND of_rollback = 0
       ) ORDER BY at DESC LIMIT 1`,
    )
    .get({ deploymentId });
  if (found === undefined || found.failed === 0) return null;
  const { id, words } = found;
  const reason = id === null ? 'test_failed' : 'health_check_failed';
  return { failure: { reason, words }, attempts: id === null ? [] : attemptsOf(database, id) };
}

function attemptsOf(database: Database, verificationId: string): LastFailure['attempts'] {
  return database
    .prepare<
      unknown[],
      Selected<
        'health_checks',
        { at: 'checked_at'; latency: 'latency_seconds'; status: 'status'; statusCode: 'status_code' }
      >
    >(
      `SELECT checked_at AS at, latency_seconds AS latency, status, status_code AS statusCode FROM health_checks
       WHERE verification_id = ? ORDER BY id`,
    )
    .all(verificationId)
    .map(({ at, latency, status, statusCode }) => ({
      startedAt: atWall(Date.parse(at)),
      endedAt: atWall(Date.parse(at) + latency * 1000),
      healthy: status === 'healthy',
      statusCode,
    }));
}

function atWall(wallMs: number): Instant {
  return { wallMs, monotonicSeconds: null, boot: null };
}

/** The newest outage of a deployment; without seconds while it lasts. */
export function lastOutage(database: Database, deploymentId: string): { seconds: number | null } | null {
  const found = database.prepare<unknown[], Selected<'outages', { seconds: 'seconds' }>>(
    'SELECT seconds FROM outages WHERE deployment_id = ? ORDER BY id DESC LIMIT 1',
  );
  return found.get(deploymentId) ?? null;
}
