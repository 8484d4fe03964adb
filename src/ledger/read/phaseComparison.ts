import type { Database, Statement } from '../file/addon.ts';
import { quantiles } from './statistics.ts';

/** A finished run of a phase compared with the runs before it. Seconds. */
export interface PhaseComparison {
  readonly runId: string;
  readonly service: string;
  readonly stage: string;
  readonly durationSeconds: number;
  /** How many earlier runs were compared, at most 20. */
  readonly runs: number;
  /** By nearest rank; null with fewer than five runs. */
  readonly medianSeconds: number | null;
  readonly p95Seconds: number | null;
  /** Longer than the p95; never with fewer than five runs. */
  readonly slow: boolean;
}

interface Run {
  readonly id: number;
  readonly runId: string;
  readonly service: string;
  readonly stage: string;
  readonly durationSeconds: number;
  readonly ofRollback: number;
}

type RunOf = Run & { readonly deploymentId: string };

interface Earlier {
  readonly durationSeconds: number;
  readonly isAlike: 0 | 1 | null;
}

const enoughRuns = 5;
const lastRuns = 20;
/** Other deployments and environments may share a phase's name: this many of its runs are searched. */
const runsLookedThrough = 2000;

/**
 * Each finished phase of a deployment, in the order of their marks, compared with its last 20 successful runs of the
 * same deployment, environment, service and stage. Only runs marked before this one count, so that the result for a
 * deployment does not change after it finished; rollbacks are compared with rollbacks.
 */
export function phaseComparison(db: Database, deploymentId: string): PhaseComparison[] {
  const before = runsBefore(db);
  return finishedRuns(db, deploymentId).map((run) => {
    const { count, median, p95 } = quantiles(lastAlike(before, { ...run, deploymentId }));
    const known = count >= enoughRuns;
    return {
      runId: run.runId,
      service: run.service,
      stage: run.stage,
      durationSeconds: run.durationSeconds,
      runs: count,
      medianSeconds: known ? median : null,
      p95Seconds: known ? p95 : null,
      slow: known && p95 !== null && run.durationSeconds > p95,
    };
  });
}

function lastAlike(before: ReturnType<typeof runsBefore>, run: RunOf): number[] {
  const alike: number[] = [];
  for (const { durationSeconds, isAlike } of before.iterate({ ...run, limit: runsLookedThrough })) {
    if (isAlike === 1) alike.push(durationSeconds);
    if (alike.length === lastRuns) break;
  }
  return alike;
}

function runsBefore(db: Database): Statement<[RunOf & { limit: number }], Earlier> {
  return db.prepare<[RunOf & { limit: number }], Earlier>(
    `SELECT s.duration_seconds AS durationSeconds,
            d.deployment = this.deployment AND d.environment = this.environment AND d.discarded = 0 AS isAlike
     FROM deployment_stages s
     JOIN deployment_metrics this ON this.deployment_id = @deploymentId
     LEFT JOIN deployment_metrics d ON d.deployment_id = s.deployment_id
     WHERE s.stage = @stage AND s.service = @service AND s.status = 'success' AND s.id < @id
       AND s.of_rollback = @ofRollback AND s.late = 0 AND s.duration_seconds IS NOT NULL
     ORDER BY s.id DESC LIMIT @limit`,
  );
}

function finishedRuns(db: Database, deploymentId: string): Run[] {
  return db
    .prepare<[string], Run>(
      `SELECT id, run_id AS runId, service, stage, duration_seconds AS durationSeconds, of_rollback AS ofRollback
       FROM deployment_stages WHERE deployment_id = ? AND duration_seconds IS NOT NULL ORDER BY id`,
    )
    .all(deploymentId);
}
