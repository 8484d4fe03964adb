import { phaseColumns } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import { coveredSeconds, type Interval } from '../marks/intervals.ts';
import { hasNotFailed } from '../statuses.ts';
import { type Condition, groupBy } from './filter.ts';
import { type Quantiles, quantiles } from './summary.ts';

/** The time that one phase took of the successful deployments. */
export interface PhaseShare {
  readonly stage: string;
  /** Deployments that had the phase. */
  readonly deployments: number;
  /** Seconds per deployment that had it; parallel runs count once. */
  readonly meanSeconds: number;
  /** The same as in `PhaseTimes`. */
  readonly medianSeconds: number | null;
  readonly p95Seconds: number | null;
  /** 0 to 1: its time in all of them divided by the total time of all of them. */
  readonly share: number;
}

interface Sum extends Pick<Quantiles, 'median' | 'p95'> {
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
    .map(({ stage, deployments, seconds, median, p95 }) => ({
      stage,
      deployments,
      meanSeconds: seconds / deployments,
      medianSeconds: median,
      p95Seconds: p95,
      share: seconds / totalSeconds,
    }))
    .sort((a, b) => b.share - a.share || (a.stage < b.stage ? -1 : 1));
}

function columnSums(db: Database, { sql, values }: Condition): Sum[] {
  const columns = named.map(([, column]) => `d.${column}`).join(', ');
  const rows = db
    .prepare<[Condition['values']], (number | null)[]>(
      `SELECT ${columns} FROM deployment_metrics d WHERE ${sql}`,
    )
    .raw()
    .all(values);
  return named.map(([stage], index) => {
    const seconds = rows.flatMap((row) => row[index] ?? []);
    return { stage, deployments: seconds.length, seconds: total(seconds), ...quantiles(seconds) };
  });
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
    const perDeployment = [...groupBy(ofStage, (run) => run.deploymentId).values()];
    return {
      stage,
      deployments: perDeployment.length,
      seconds: total(perDeployment.map((own) => coveredSeconds(own.map(intervalOf)))),
      ...quantiles(perDeployment.map((own) => total(own.map(({ seconds }) => seconds)))),
    };
  });
}

function total(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function intervalOf(run: OtherRun): Interval {
  return { from: run.startedSeconds, to: run.startedSeconds + run.seconds };
}
