import type { Database } from '../file/addon.ts';

/** One run of a smoke test. */
export interface SmokeTest {
  readonly test: string;
  readonly service: string;
  readonly at: string;
  /** Null if it ran elsewhere. */
  readonly durationSeconds: number | null;
  readonly success: boolean;
  readonly exitCode: number | null;
  readonly errorMessage: string | null;
  readonly stderrTail: string | null;
  readonly judged: 'yes' | 'allowed' | 'no';
  readonly ofRollback: boolean;
  readonly late: boolean;
}

export interface Cost {
  readonly resource: string;
  readonly usd: number;
}

export interface ErrorRate {
  readonly at: string;
  readonly service: string;
  /** 0 to 1. */
  readonly errorRate: number;
  readonly source: string;
}

/** The smoke tests of one deployment in the order they ended. */
export function readSmokeTests(db: Database, deploymentId: string): SmokeTest[] {
  type Row = Omit<SmokeTest, 'success' | 'ofRollback' | 'late'> & {
    status: string;
    ofRollback: number;
    late: number;
  };
  return db
    .prepare<[string], Row>(
      `SELECT test_name AS test, service, run_at AS at, duration_seconds AS durationSeconds, status, exit_code AS exitCode,
              error_message AS errorMessage, stderr_tail AS stderrTail, judged, of_rollback AS ofRollback, late
       FROM smoke_tests WHERE deployment_id = ? ORDER BY id`,
    )
    .all(deploymentId)
    .map(({ status, ofRollback, late, ...row }) => ({
      ...row,
      success: status === 'success',
      ofRollback: ofRollback !== 0,
      late: late !== 0,
    }));
}

/** The costs of a deployment, summed by resource. */
export function readCosts(db: Database, deploymentId: string): Cost[] {
  return db
    .prepare<[string], Cost>(
      `SELECT resource, round(sum(cost_usd), 6) AS usd FROM infrastructure_costs WHERE deployment_id = ?
       GROUP BY resource ORDER BY min(id)`,
    )
    .all(deploymentId);
}

export function readErrorRates(db: Database, deploymentId: string): ErrorRate[] {
  return db
    .prepare<[string], ErrorRate>(
      `SELECT at, service, error_rate AS errorRate, source FROM post_deployment_errors
       WHERE deployment_id = ? ORDER BY id`,
    )
    .all(deploymentId);
}
