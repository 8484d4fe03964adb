import type { StageStatus } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import { endedAndCounts, hasNotFailed } from '../statuses.ts';
import { enoughRuns } from './phaseComparison.ts';
import { quantiles } from './summary.ts';

/** One run of a phase, as a list draws it. Times are ISO 8601 in UTC. */
export interface RowPhase {
  readonly stage: string;
  readonly startedAt: string;
  readonly endedAt: string | null;
  readonly seconds: number | null;
  readonly status: StageStatus;
}

const mostPhases = 3000;
const mostUsual = 50;

/** The phases of some deployments in the order of their start; without those of rollbacks and late ones. */
export function readRowPhases(
  db: Database,
  ids: readonly string[],
): ReadonlyMap<string, readonly RowPhase[]> {
  const rows = db
    .prepare<[string], RowPhase & { deploymentId: string }>(
      `SELECT deployment_id AS deploymentId, stage, started_at AS startedAt, ended_at AS endedAt, duration_seconds AS seconds, status
       FROM deployment_stages WHERE deployment_id IN (SELECT value FROM json_each(?)) AND of_rollback = 0 AND late = 0
       ORDER BY deployment_id, id LIMIT ${mostPhases}`,
    )
    .all(JSON.stringify(ids));
  const phases = new Map<string, RowPhase[]>();
  for (const { deploymentId, ...phase } of rows)
    phases.set(deploymentId, [...(phases.get(deploymentId) ?? []), phase]);
  return phases;
}

/** The median seconds of a site's last deployments that succeeded; null with fewer than five. */
export function usualTotal(db: Database, site: { deployment: string; environment: string }): number | null {
  const totals = db
    .prepare<[typeof site], number>(
      `SELECT total_duration FROM (SELECT total_duration, deployment_status FROM deployment_metrics
         WHERE ${endedAndCounts} AND deployment = @deployment AND environment = @environment
         ORDER BY deployment_completed_at DESC LIMIT ${2 * mostUsual})
       WHERE ${hasNotFailed} AND total_duration IS NOT NULL LIMIT ${mostUsual}`,
    )
    .pluck()
    .all(site);
  return totals.length < enoughRuns ? null : quantiles(totals).median;
}

/** The phases of the last deployments that succeeded, in the order of the newest, with their median seconds. */
export function usualPhases(
  db: Database,
  site: { deployment: string; environment: string },
): { stage: string; seconds: number }[] {
  const rows = db
    .prepare<[typeof site], { stage: string; seconds: number }>(
      `SELECT s.stage, s.duration_seconds AS seconds FROM (SELECT deployment_id, deployment_completed_at FROM deployment_metrics
         WHERE ${endedAndCounts} AND ${hasNotFailed} AND deployment = @deployment AND environment = @environment
         ORDER BY deployment_completed_at DESC LIMIT 20) d
       CROSS JOIN deployment_stages s ON s.deployment_id = d.deployment_id
       WHERE s.status = 'success' AND s.of_rollback = 0 AND s.late = 0 ORDER BY d.deployment_completed_at DESC, s.id LIMIT 400`,
    )
    .all(site);
  const seconds = new Map<string, number[]>();
  for (const row of rows) seconds.set(row.stage, [...(seconds.get(row.stage) ?? []), row.seconds]);
  return [...seconds].map(([stage, all]) => ({ stage, seconds: quantiles(all).median ?? 0 }));
}
