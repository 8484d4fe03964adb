import type { Database } from '../file/addon.ts';
import { transaction } from '../file/transaction.ts';
import {
  type Condition,
  type DeploymentFilter,
  finishedCondition,
  groupBy,
  type LimitedFilter,
} from '../read/filter.ts';
import { secondsNewestFirst } from '../read/phaseSeconds.ts';
import { type PhaseShare, phaseShares, sharesOf } from '../read/phaseShares.ts';
import { type Quantiles, quantiles } from '../read/summary.ts';
import { newestSeconds } from '../rollups/newestSeconds.ts';
import { readsRollups, readTogether } from '../rollups/readTallies.ts';
import { quantileError } from '../rollups/sketch.ts';

/**
 * The results of one phase in a number of finished deployments. Seconds per deployment; durations only of successful
 * ones.
 */
export interface PhaseTimes {
  readonly stage: string;
  /** Successful deployments that had it. */
  readonly deployments: number;
  /** Deployments in which a run of it failed, whatever their own status. */
  readonly failed: number;
  readonly medianSeconds: number | null;
  readonly p95Seconds: number | null;
  /** Ratio of the total time of the successful ones, 0 to 1; null for a phase that never succeeded. */
  readonly share: number | null;
  /** The last five compared with the twenty before them; null if there are fewer than five of both. */
  readonly lately: RecentTimes | null;
  /** The relative error of median and p95, 0.01 for 1 %; null if they are exact. */
  readonly quantileError: number | null;
}

export interface RecentTimes {
  readonly medianSeconds: number;
  readonly beforeSeconds: number;
}

const few = 5;
const before = 20;

/** The largest ratio first, then phases that only failed. */
export function readPhaseTimes(db: Database, filter: LimitedFilter): PhaseTimes[] {
  return transaction(db, { mode: 'read' }, () => {
    if (readsRollups(db, filter)) return rolledUp(db, filter);
    const finished = finishedCondition(filter);
    const seconds = groupBy(secondsNewestFirst(db, finished), (row) => row.stage);
    const failed = new Map(failures(db, finished).map((row) => [row.stage, row.failed]));
    const shares = phaseShares(db, finished);
    const of = (stage: string): number[] => (seconds.get(stage) ?? []).map((row) => row.seconds);
    const timesOf = (stage: string) => ({ ...quantiles(of(stage)), newest: of(stage) });
    return phaseTimesOf({ shares, timesOf, failed });
  });
}

/** From what was read of each phase; `newest`: its seconds in the newest deployments, the newest first. */
export function phaseTimesOf({
  shares,
  timesOf,
  failed,
}: {
  shares: readonly PhaseShare[];
  timesOf: (stage: string) => Pick<Quantiles, 'median' | 'p95'> & { readonly newest: readonly number[] };
  failed: ReadonlyMap<string, number>;
}): PhaseTimes[] {
  const ended = shares.map(({ stage, deployments, share }) => {
    const { median, p95, newest } = timesOf(stage);
    const times = { deployments, medianSeconds: median, p95Seconds: p95, share };
    return { stage, ...times, failed: failed.get(stage) ?? 0, lately: lately(newest), quantileError: null };
  });
  return withFailures(ended, failed);
}

function rolledUp(db: Database, filter: DeploymentFilter): PhaseTimes[] {
  const { totals, phases } = readTogether(db, { filter, kinds: ['totals', 'phases'] });
  const sums = phases.entries().map(([stage, phase]) => ({ stage, ...phase, ...phase.durations.summary() }));
  const ended = sharesOf(sums, totals.totalSeconds.sum).map(({ meanSeconds: _, ...one }) => ({
    ...one,
    failed: phases.of(one.stage).failed,
    lately: lately(newestSeconds(db, { filter, stage: one.stage, most: few + before })),
    quantileError,
  }));
  const byFailures = sums.filter(({ failed }) => failed > 0).sort((one, other) => other.failed - one.failed);
  return withFailures(ended, new Map(byFailures.map(({ stage, failed }) => [stage, failed])));
}

/** Adds the phases that only failed. */
function withFailures(ended: readonly PhaseTimes[], failed: ReadonlyMap<string, number>): PhaseTimes[] {
  const known = new Set(ended.map(({ stage }) => stage));
  const only = [...failed]
    .filter(([stage]) => !known.has(stage))
    .map(([stage, count]) => failedAlone(stage, count));
  return [...ended, ...only];
}

function failedAlone(stage: string, failed: number): PhaseTimes {
  return {
    stage,
    failed,
    deployments: 0,
    medianSeconds: null,
    p95Seconds: null,
    share: null,
    lately: null,
    quantileError: null,
  };
}

function lately(newestFirst: readonly number[]): RecentTimes | null {
  const earlier = newestFirst.slice(few, few + before);
  const medianSeconds = quantiles(newestFirst.slice(0, few)).median;
  const beforeSeconds = quantiles(earlier).median;
  if (medianSeconds === null || beforeSeconds === null || earlier.length < few) return null;
  return { medianSeconds, beforeSeconds };
}

function failures(db: Database, { sql, values }: Condition): { stage: string; failed: number }[] {
  return db
    .prepare<[Condition['values']], { stage: string; failed: number }>(
      `SELECT s.stage, COUNT(DISTINCT s.deployment_id) AS failed
       FROM deployment_stages s JOIN deployment_metrics d ON d.deployment_id = s.deployment_id
       WHERE s.status = 'failed' AND s.judged <> 'no' AND s.of_rollback = 0 AND s.late = 0 AND ${sql}
       GROUP BY s.stage ORDER BY failed DESC, s.stage`,
    )
    .all(values);
}
