import { phaseColumns } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import { transaction } from '../file/transaction.ts';
import { type Condition, finishedCondition, groupBy, type LimitedFilter } from '../read/filter.ts';
import { phaseShares } from '../read/phaseShares.ts';
import { quantiles } from '../read/statistics.ts';
import { hasNotFailed } from '../statuses.ts';

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
    const finished = finishedCondition(filter);
    const seconds = groupBy(secondsNewestFirst(db, finished), (row) => row.stage);
    const failed = new Map(failures(db, finished).map((row) => [row.stage, row.failed]));
    const shares = phaseShares(db, finished);
    const of = (stage: string): number[] => (seconds.get(stage) ?? []).map((row) => row.seconds);
    const ended = shares.map(({ stage, deployments, share }) => {
      const { median, p95 } = quantiles(of(stage));
      const times = { deployments, medianSeconds: median, p95Seconds: p95, share };
      return { stage, ...times, failed: failed.get(stage) ?? 0, lately: lately(of(stage)) };
    });
    const known = new Set(ended.map(({ stage }) => stage));
    const only = [...failed]
      .filter(([stage]) => !known.has(stage))
      .map(([stage, count]) => failedAlone(stage, count));
    return [...ended, ...only];
  });
}

function failedAlone(stage: string, failed: number): PhaseTimes {
  return { stage, failed, deployments: 0, medianSeconds: null, p95Seconds: null, share: null, lately: null };
}

function lately(newestFirst: readonly number[]): RecentTimes | null {
  const earlier = newestFirst.slice(few, few + before);
  const medianSeconds = quantiles(newestFirst.slice(0, few)).median;
  const beforeSeconds = quantiles(earlier).median;
  if (medianSeconds === null || beforeSeconds === null || earlier.length < few) return null;
  return { medianSeconds, beforeSeconds };
}

/** Phases with a column are read from it, since imported history has only that; the others from their runs. */
function secondsNewestFirst(db: Database, { sql, values }: Condition): { stage: string; seconds: number }[] {
  const good = `${sql} AND d.${hasNotFailed}`;
  const named = Object.entries(phaseColumns);
  const ofColumns = named.map(
    ([stage, column]) =>
      `SELECT '${stage}' AS stage, d.${column} AS seconds, d.deployment_started_at AS startedAt FROM deployment_metrics d
       WHERE d.${column} IS NOT NULL AND ${good}`,
  );
  const ofRuns = `SELECT s.stage, SUM(s.duration_seconds) AS seconds, d.deployment_started_at AS startedAt
    FROM deployment_stages s JOIN deployment_metrics d ON d.deployment_id = s.deployment_id
    WHERE s.stage NOT IN (${named.map(([stage]) => `'${stage}'`).join(', ')}) AND s.of_rollback = 0 AND s.late = 0
      AND s.duration_seconds IS NOT NULL AND ${good} GROUP BY s.stage, d.id`;
  return db
    .prepare<[Condition['values']], { stage: string; seconds: number }>(
      `${[...ofColumns, ofRuns].join(' UNION ALL ')} ORDER BY startedAt DESC`,
    )
    .all(values);
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
