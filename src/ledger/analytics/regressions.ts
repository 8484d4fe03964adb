import { isoTime } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import { transaction } from '../file/transaction.ts';
import { type DeploymentFilter, deploymentCondition, groupBy } from '../read/filter.ts';
import { enoughRuns, floors, lastRuns, middleOf, type Verdict, verdictOf } from '../read/phaseComparison.ts';
import { quantiles } from '../read/summary.ts';
import { latestChange } from './changePoint.ts';

/** A phase that was slower than usual in two of its last three runs. Seconds. */
export interface Regression extends Named {
  /** Of the newest of the slower runs, as it was judged at its end. */
  readonly durationSeconds: number;
  readonly medianSeconds: number | null;
  readonly verdict: Verdict;
  /** How many of the last three runs were slower. */
  readonly slowerRuns: number;
  /** Since when; null if its last 100 runs do not show it yet. */
  readonly since: LevelChange | null;
}

/** The medians before and after the latest change of a phase. */
export interface LevelChange {
  readonly beforeSeconds: number;
  readonly afterSeconds: number;
  /** The last version before it. */
  readonly until: string;
  readonly version: string;
  readonly startedAt: string;
}

export interface Regressions {
  readonly regressions: readonly Regression[];
  /** Phases with at least five runs to compare with. */
  readonly judged: number;
}

interface Named {
  readonly deployment: string;
  readonly environment: string;
  readonly service: string;
  readonly stage: string;
}

/** A run of a phase. */
export interface PhaseRun extends Named {
  readonly seconds: number;
  readonly version: string;
  readonly startedAt: string;
}

/** Of 20: more than an outlier now and then. */
const often = 3;
/** A change-point is searched in so many runs. */
export const mostRuns = 100;

/**
 * The phases that ran since a time, each judged by its last runs: successful ones, of no rollback and no discarded deployment. By
 * their start: imported history may have been recorded after them.
 */
export function readRegressions(
  db: Database,
  { sinceMs, ...site }: { sinceMs: number } & Pick<DeploymentFilter, 'deployment' | 'environment' | 'host'>,
): Regressions {
  return regressionsOf(
    transaction(db, { mode: 'read' }, () => lastRunsOf(db, site)),
    sinceMs,
  );
}

/** From the last runs of each phase, the oldest first. */
export function regressionsOf(rows: readonly PhaseRun[], sinceMs: number): Regressions {
  const phases = groupBy(rows, ({ deployment, environment, service, stage }) =>
    JSON.stringify([deployment, environment, service, stage]),
  );
  const since = isoTime(sinceMs);
  const recent = [...phases.values()].filter((runs) => (runs.at(-1)?.startedAt ?? '') >= since);
  return {
    regressions: recent.map(regressionOf).filter((one) => one !== null),
    judged: recent.filter((runs) => runs.length > enoughRuns).length,
  };
}

/** `runs`: the oldest first. */
export function regressionOf(runs: readonly PhaseRun[]): Regression | null {
  const seconds = runs.map((run) => run.seconds);
  const slower = [1, 2, 3].flatMap((back) => {
    const at = runs.length - back;
    const earlier = seconds.slice(Math.max(0, at - lastRuns), Math.max(0, at));
    const durationSeconds = seconds[at] ?? 0;
    const verdict = verdictOf(durationSeconds, earlier);
    if (verdict?.word !== 'slower') return [];
    return [{ durationSeconds, medianSeconds: quantiles(earlier).median, verdict }];
  });
  const [newest] = slower;
  const [named] = runs;
  if (newest === undefined || named === undefined || slower.length < 2) return null;
  const since = levelChange(runs);
  const shortest = Math.min(...slower.map((one) => one.durationSeconds));
  if (since === null && wasOftenSo(seconds.slice(0, -3), shortest)) return null;
  const { deployment, environment, service, stage } = named;
  return {
    ...{ deployment, environment, service, stage },
    ...newest,
    slowerRuns: slower.length,
    since,
  };
}

/**
 * Whether so many of the runs before took as long that the phase has two kinds of runs, such as migrations with and without
 * changes, and did not become slower. Without it such a phase is listed after 100 to 200 of 1,000 runs.
 */
function wasOftenSo(earlier: readonly number[], durationSeconds: number): boolean {
  const alike = earlier.slice(-lastRuns).filter((one) => one >= 0.9 * durationSeconds);
  return alike.length >= often;
}

/** The latest change; null if it is none to a slower level, by more than the floors. */
function levelChange(runs: readonly PhaseRun[]): LevelChange | null {
  const change = latestChange(runs.map((run) => run.seconds));
  if (change === null) return null;
  const median = (some: readonly PhaseRun[]): number => middleOf(some.map((run) => run.seconds));
  const beforeSeconds = median(runs.slice(change.from, change.at));
  const afterSeconds = median(runs.slice(change.at));
  const [last, first] = [runs[change.at - 1], runs[change.at]];
  const isSlower =
    afterSeconds >= beforeSeconds * floors.ratio && afterSeconds - beforeSeconds >= floors.seconds;
  if (!isSlower || last === undefined || first === undefined) return null;
  const { version, startedAt } = first;
  return { beforeSeconds, afterSeconds, until: last.version, version, startedAt };
}

function lastRunsOf(db: Database, site: Parameters<typeof deploymentCondition>[0]): PhaseRun[] {
  const { sql, values } = deploymentCondition(site);
  return db
    .prepare<[Record<string, string | number>], PhaseRun>(
      `SELECT deployment, environment, service, stage, seconds, version, startedAt FROM (
         SELECT d.deployment, d.environment, s.service, s.stage, s.duration_seconds AS seconds, d.version,
                s.started_at AS startedAt, s.id,
                ROW_NUMBER() OVER (PARTITION BY d.deployment, d.environment, s.service, s.stage ORDER BY s.started_at DESC, s.id DESC) AS back
         FROM deployment_stages s JOIN deployment_metrics d ON d.deployment_id = s.deployment_id
         WHERE s.status = 'success' AND s.of_rollback = 0 AND s.late = 0 AND s.duration_seconds IS NOT NULL
           AND d.deployment IS NOT NULL AND ${sql}
       ) WHERE back <= @mostRuns ORDER BY deployment, environment, service, stage, startedAt, id`,
    )
    .all({ ...values, mostRuns });
}
