import { amountLimits } from '../../model.ts';
import type { Database, Statement } from '../file/addon.ts';
import { quantiles } from './summary.ts';

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
  /** Null with fewer than five runs, and for a run that failed: its time ends with the failure. */
  readonly verdict: Verdict | null;
}

/** What is said about the duration of a run, and the durations that are usual. */
export interface Verdict {
  readonly word: 'usual' | 'slower' | 'faster';
  readonly usualLowSeconds: number;
  readonly usualHighSeconds: number;
  /** The robust standard deviation as a ratio of the median: 0.08 is 8 %. */
  readonly spread: number;
}

interface Run {
  readonly id: number;
  readonly runId: string;
  readonly service: string;
  readonly stage: string;
  readonly durationSeconds: number;
  readonly ofRollback: number;
  readonly succeeded: number;
}

type RunOf = Run & { readonly deploymentId: string };

interface Earlier {
  readonly durationSeconds: number;
  readonly isAlike: 0 | 1 | null;
}

export const enoughRuns = 5;
export const lastRuns = 20;
/** Other deployments and environments may share a phase's name: this many of its runs are searched. */
const runsLookedThrough = 2000;

/** The smallest difference that counts: not 50 ms more, and not 1 s more of 5 minutes. */
export const floors = { ratio: 1.25, seconds: 1 };

/** Makes the median absolute deviation of normal values their standard deviation: 1 / 0.6745. */
const ofNormal = 1.4826;
/** For logarithms: an empty phase takes no time at all. */
const leastSeconds = 0.001;

/**
 * The rule: the modified z-score of Iglewicz and Hoaglin ("How to detect and handle outliers", 1993), of the logarithms,
 * since durations are skewed; |x - median| / (1.4826 MAD) above the limit is unusual. The limit is 2.5 (Leys et al., J. Exp.
 * Soc. Psychol. 49, 2013) for many runs, and larger for few, whose MAD is often too small: 4.5 at 5 runs, 3.5 at 10, 3 at 20.
 * The factor is ours, as are the floors, which alone decide when the MAD is 0; `scripts/verdict-error-rates` measures both.
 */
export function verdictOf(seconds: number, earlier: readonly number[]): Verdict | null {
  if (earlier.length < enoughRuns) return null;
  const logs = earlier.map(logOf);
  const middle = middleOf(logs);
  const deviation = ofNormal * middleOf(logs.map((one) => Math.abs(one - middle)));
  const reach = Math.exp(2.5 * (1 + 4 / earlier.length) * deviation);
  const median = Math.exp(middle);
  const usualLowSeconds = Math.max(
    0,
    Math.min(median / Math.max(reach, floors.ratio), median - floors.seconds),
  );
  const usualHighSeconds = Math.max(median * Math.max(reach, floors.ratio), median + floors.seconds);
  const word = seconds > usualHighSeconds ? 'slower' : seconds < usualLowSeconds ? 'faster' : 'usual';
  return { word, usualLowSeconds, usualHighSeconds, spread: Math.exp(deviation) - 1 };
}

export function logOf(seconds: number): number {
  return Math.log(Math.max(leastSeconds, seconds));
}

/** With an even number the mean of the middle two: the lower one alone gives three times as many false alarms. */
export function middleOf(values: readonly number[]): number {
  const ascending = Float64Array.from(values).sort();
  const half = (ascending.length - 1) / 2;
  return ((ascending[Math.floor(half)] ?? 0) + (ascending[Math.ceil(half)] ?? 0)) / 2;
}

/**
 * Each finished phase of a deployment, in the order of their marks, compared with its last 20 successful runs of the
 * same deployment, environment, service and stage. Only runs marked before this one count, so that the result for a
 * deployment does not change after it finished; rollbacks are compared with rollbacks.
 */
export function phaseComparison(db: Database, deploymentId: string): PhaseComparison[] {
  const before = runsBefore(db);
  const runs = db
    .prepare<[string], Run>(`${finishedRun} AND deployment_id = ? ORDER BY id`)
    .all(deploymentId);
  return runs.map((run) => compared(run, lastAlike(before, { ...run, deploymentId }, lastRuns)));
}

/** A successful run, the newest first with the two before it, each compared as above; none if it did not succeed. */
export function lastThree(
  db: Database,
  { deploymentId, runId }: { readonly deploymentId: string; readonly runId: string },
): PhaseComparison[] {
  const one = db.prepare<[string], Run>(`${finishedRun} AND run_id = ?`).get(runId);
  if (one === undefined || one.succeeded === 0) return [];
  const earlier = lastAlike(runsBefore(db), { ...one, deploymentId }, lastRuns + 2);
  return [one.durationSeconds, ...earlier.slice(0, 2)].map((durationSeconds, back) =>
    compared({ ...one, durationSeconds }, earlier.slice(back, back + lastRuns)),
  );
}

function compared(run: Run, earlier: readonly number[]): PhaseComparison {
  const { count, median, p95 } = quantiles(earlier);
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
    verdict: run.succeeded === 1 ? verdictOf(run.durationSeconds, earlier) : null,
  };
}

function lastAlike(before: ReturnType<typeof runsBefore>, run: RunOf, most: number): number[] {
  const alike: number[] = [];
  for (const { durationSeconds, isAlike } of before.iterate({ ...run, limit: runsLookedThrough })) {
    if (isAlike === 1) alike.push(durationSeconds);
    if (alike.length === most) break;
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
       AND s.of_rollback = @ofRollback AND s.late = 0 AND s.${isDuration}
     ORDER BY s.id DESC LIMIT @limit`,
  );
}

/** Reports read the ledger without its invalid values; marks, and `finish`, read it as it is. */
const isDuration = `duration_seconds BETWEEN 0 AND ${amountLimits.monotonicSeconds.max}`;

const finishedRun = `
  SELECT id, run_id AS runId, service, stage, duration_seconds AS durationSeconds, of_rollback AS ofRollback,
         status = 'success' AS succeeded
  FROM deployment_stages WHERE ${isDuration}`;
