import type { StageStatus } from '../../model.ts';
import type { Database } from '../file/addon.ts';

/** One run of one phase. Times are ISO 8601 in UTC. */
export interface StageRun {
  readonly runId: string;
  readonly service: string;
  readonly stage: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  /** Null while it runs. */
  readonly durationSeconds: number | null;
  readonly status: StageStatus;
  readonly exitCode: number | null;
  readonly signal: string | null;
  readonly errorType: string | null;
  readonly errorMessage: string | null;
  /** Whether a failure affects the status of the deployment: `yes`, `allowed` (a warning), `no` (a try). */
  readonly judged: 'yes' | 'allowed' | 'no';
  readonly ofRollback: boolean;
  /** Marked after the deployment had been closed. */
  readonly late: boolean;
  readonly cpuSeconds: number | null;
  readonly memoryBytes: number | null;
  readonly stderrTail: string | null;
  readonly migrationCount: number | null;
}

type StageRow = Omit<StageRun, 'ofRollback' | 'late'> & {
  readonly ofRollback: number;
  readonly late: number;
};

/** Every run of every phase of one deployment, in the order in which they started. */
export function readStages(db: Database, deploymentId: string): StageRun[] {
  return db
    .prepare<[string], StageRow>(
      `SELECT s.run_id AS runId, s.service, s.stage, s.started_at AS startedAt, s.ended_at AS endedAt,
              s.duration_seconds AS durationSeconds, s.status, s.exit_code AS exitCode, s.signal,
              s.error_type AS errorType, s.error_message AS errorMessage, s.judged,
              s.of_rollback AS ofRollback, s.late, s.cpu_seconds AS cpuSeconds,
              s.memory_bytes AS memoryBytes, s.stderr_tail AS stderrTail,
              (SELECT m.migration_count FROM migrations m WHERE m.run_id = s.run_id) AS migrationCount
       FROM deployment_stages s WHERE s.deployment_id = ? ORDER BY s.started_at, s.id`,
    )
    .all(deploymentId)
    .filter(({ startedAt }) => startedAt !== null) // rows with an invalid time are left out: they cannot be sorted
    .map((row) => ({ ...row, ofRollback: row.ofRollback !== 0, late: row.late !== 0 }));
}
