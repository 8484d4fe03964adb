import type { Database } from '../file/addon.ts';
import { groupBy } from './filter.ts';

/** Results of the attempts of one verification, or of one phase's prober. */
export interface AttemptSummary {
  readonly attempts: number;
  readonly healthy: number;
  /** Attempts by verdict, the most frequent first. */
  readonly verdicts: readonly { readonly verdict: string; readonly count: number }[];
  /** Mean latency of the healthy attempts. */
  readonly latencySeconds: number | null;
}

/** One verification: its verdict and its attempts. */
export interface Verification {
  readonly service: string;
  readonly checkType: string;
  readonly target: string | null;
  readonly startedAt: string;
  readonly durationSeconds: number;
  readonly success: boolean;
  readonly verdict: string;
  readonly errorMessage: string | null;
  readonly expectedVersion: string | null;
  readonly timeToHealthySeconds: number | null;
  readonly judged: 'yes' | 'allowed' | 'no';
  readonly ofRollback: boolean;
  readonly late: boolean;
  readonly summary: AttemptSummary;
}

/** The attempts of a prober during a phase, by the run. */
export interface ProbeSummary {
  readonly runId: string;
  readonly summary: AttemptSummary;
}

type VerificationRow = Omit<Verification, 'success' | 'ofRollback' | 'late' | 'summary'> & {
  readonly verificationId: string;
  readonly attempts: number;
  readonly success: number;
  readonly ofRollback: number;
  readonly late: number;
};

interface VerdictRow {
  readonly owner: string;
  readonly verdict: string;
  readonly count: number;
  readonly healthy: number;
  readonly healthySeconds: number;
}

/** The verifications of one deployment in the order they were made, each with the numbers of its attempts. */
export function readVerifications(db: Database, deploymentId: string): Verification[] {
  const verdicts = readVerdicts(db, { deploymentId, owner: 'verification_id' });
  return db
    .prepare<[string], VerificationRow>(
      `SELECT verification_id AS verificationId, service, check_type AS checkType, target,
              started_at AS startedAt, duration_seconds AS durationSeconds, success, verdict,
              error_message AS errorMessage, expected_version AS expectedVersion, attempts,
              time_to_healthy_seconds AS timeToHealthySeconds, judged, of_rollback AS ofRollback, late
       FROM health_verifications WHERE deployment_id = ? ORDER BY id`,
    )
    .all(deploymentId)
    .map(({ verificationId, attempts, ...row }) => ({
      ...row,
      success: row.success !== 0,
      ofRollback: row.ofRollback !== 0,
      late: row.late !== 0,
      // The verification's own count is used if its attempts have been pruned.
      summary: { ...summaryOf(verdicts.filter((v) => v.owner === verificationId)), attempts },
    }));
}

/** The attempts of the probers during phases of one deployment. */
export function readProbes(db: Database, deploymentId: string): ProbeSummary[] {
  const verdicts = readVerdicts(db, { deploymentId, owner: 'run_id' });
  return [...groupBy(verdicts, (verdict) => verdict.owner)].map(([runId, rows]) => ({
    runId,
    summary: summaryOf(rows),
  }));
}

function readVerdicts(
  db: Database,
  of: { readonly deploymentId: string; readonly owner: 'verification_id' | 'run_id' },
): VerdictRow[] {
  return db
    .prepare<[string], VerdictRow>(
      `SELECT ${of.owner} AS owner, verdict, COUNT(*) AS count, SUM(status = 'healthy') AS healthy,
              SUM(CASE WHEN status = 'healthy' THEN latency_seconds ELSE 0 END) AS healthySeconds
       FROM health_checks WHERE deployment_id = ? AND ${of.owner} IS NOT NULL
       GROUP BY owner, verdict ORDER BY MIN(id)`,
    )
    .all(of.deploymentId);
}

function summaryOf(rows: readonly VerdictRow[]): AttemptSummary {
  const sum = (value: (row: VerdictRow) => number): number => rows.reduce((all, row) => all + value(row), 0);
  const healthy = sum((row) => row.healthy);
  return {
    attempts: sum((row) => row.count),
    healthy,
    verdicts: rows.map(({ verdict, count }) => ({ verdict, count })).sort((a, b) => b.count - a.count),
    latencySeconds: healthy === 0 ? null : sum((row) => row.healthySeconds) / healthy,
  };
}
