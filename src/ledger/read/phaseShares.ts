import { phaseColumns } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import { coveredSeconds, type Interval } from '../marks/intervals.ts';
import { hasNotFailed } from '../statuses.ts';
import { type Condition, groupBy } from './filter.ts';

/** The time that one phase took of the successful deployments. */
export interface PhaseShare {
  readonly stage: string;
  /** Deployments that had the phase. */
  readonly deployments: number;
  /** Seconds per deployment that had it; parallel runs count once. */
  readonly meanSeconds: number;
  /** 0 to 1: its time in all of them divided by the total time of all of them. */
  readonly share: number;
}

interface Sum {
  readonly stage: string;
  readonly deployments: number;
  readonly seconds: number;
}

interface OtherRun {
  readonly deploymentId: string;
  readonly stage: string;
  readonly startedSeconds: number;
  readonly seconds: number;
}

const named = Object.entries(phaseColumns);

/**
 * Each phase's ratio of the total of the deployments that match `finished`, the largest first. Phases with a column are
 * summed from it (imported history has no runs), the others from their runs.
 */
export function phaseShares(db: Database, finished: Condition): PhaseShare[] {
  const measured: Condition = {
    ...finished,
    sql: `${finished.sql} AND d.${hasNotFailed} AND d.total_duration IS NOT NULL`,
  };
  const totalSeconds = db
    .prepare<[Condition['values']], number>(
      `SELECT TOTAL(d.total_duration) FROM deployment_metrics d WHERE ${measured.sql}`,
    )
    .pluck()
    .get(measured.values);
  return sharesOf([...columnSums(db, measured), ...otherSums(db, measured)], totalSeconds ?? 0);
}

/** Each phase's ratio of the total of all deployments. */
export function sharesOf(sums: readonly Sum[], totalSeconds: number): PhaseShare[] {
  if (totalSeconds <= 0) return [];
  return sums
    .filter((sum) => sum.deployments > 0)
    .map(({ stage, deployments, seconds }) => ({
      stage,
      deployments,
      meanSeconds: seconds / deployments,
      share: seconds / totalSeconds,
    }))
    .sort((a, b) => b.share - a.share || (a.stage < b.stage ? -1 : 1));
}

function columnSums(db: Database, { sql, values }: Condition): Sum[] {
  const columns = named.map(([, column]) => `COUNT(d.${column}), TOTAL(d.${column})`).join(', ');
  const row = db
    .prepare<[Condition['values']], number[]>(`SELECT ${columns} FROM deployment_metrics d WHERE ${sql}`)
    .raw()
    .get(values);
  return named.map(([stage], index) => ({
    stage,
    deployments: row?.[2 * index] ?? 0,
    seconds: row?.[2 * index + 1] ?? 0,
  }));
}

function otherSums(db: Database, { sql, values }: Condition): Sum[] {
  const names = named.map(([stage]) => `'${stage}'`).join(', ');
  const runs = db
    .prepare<[Condition['values']], OtherRun>(
      `SELECT s.deployment_id AS deploymentId, s.stage, s.duration_seconds AS seconds,
              (julianday(s.started_at) - julianday(d.deployment_started_at)) * 86400 AS startedSeconds
       FROM deployment_stages s JOIN deployment_metrics d ON d.deployment_id = s.deployment_id
       WHERE s.stage NOT IN (${names}) AND s.of_rollback = 0 AND s.late = 0
         AND s.duration_seconds IS NOT NULL AND ${sql}`,
    )
    .all(values);
  return [
    ...groupBy(
      runs.filter(({ startedSeconds }) => startedSeconds !== null),
      (run) => run.stage,
    ),
  ].map(([stage, ofStage]) => {
    const perDeployment = groupBy(ofStage, (run) => run.deploymentId);
    const seconds = [...perDeployment.values()].map((own) => coveredSeconds(own.map(intervalOf)));
    return { stage, deployments: perDeployment.size, seconds: seconds.reduce((all, one) => all + one, 0) };
  });
}

function intervalOf(run: OtherRun): Interval {
  return { from: run.startedSeconds, to: run.startedSeconds + run.seconds };
}
