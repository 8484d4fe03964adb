import type { Database } from '../file/addon.ts';
import { hasEndedWell, hasFailed } from '../statuses.ts';
import type { Condition } from './filter.ts';

/** A deployment that failed or was rolled back, by its row. */
export interface Restored {
  readonly row: number;
  /** Null if service was not restored yet. */
  readonly seconds: number | null;
}

/**
 * Time to restore (DORA: failed deployment recovery time): from the first step that failed and was not repeated
 * successfully, otherwise the end of the deployment, to the rollback or the end of the next deployment of the same
 * deployment, environment and host that ended later and was successful.
 */
export function restoredRows(db: Database, { sql, values }: Condition): Restored[] {
  return db
    .prepare<[Condition['values']], { row: number; failedAt: string; restoredAt: string | null }>(
      restoresSql(sql),
    )
    .all(values)
    .map(({ row, failedAt, restoredAt }) => ({
      row,
      seconds:
        restoredAt === null ? null : Math.max(0, (Date.parse(restoredAt) - Date.parse(failedAt)) / 1000),
    }));
}

const later = "'9999'";

/** Only the last run of each step decides whether it failed in the end. */
function firstFailed(
  table: string,
  { at, failed, step }: Readonly<Record<'at' | 'failed' | 'step', string>>,
): string {
  return `COALESCE((SELECT MIN(t.${at}) FROM ${table} t WHERE ${failed} AND t.id IN (
      SELECT MAX(id) FROM ${table} WHERE deployment_id = d.deployment_id AND of_rollback = 0 AND late = 0 GROUP BY ${step})), ${later})`;
}

function restoresSql(finished: string): string {
  const stages = {
    at: 'ended_at',
    failed: "t.status = 'failed' AND t.judged = 'yes'",
    step: 'stage, service',
  };
  const tests = {
    at: 'run_at',
    failed: "t.status = 'failure' AND t.judged = 'yes'",
    step: 'test_name, service',
  };
  const checks = {
    at: 'ended_at',
    failed: "t.success = 0 AND t.judged = 'yes'",
    step: 'check_type, service',
  };
  const wayBack = `(SELECT MIN(r.at) FROM rollbacks r WHERE r.deployment_id = d.deployment_id AND r.success = 1 AND r.settled = 1)`;
  return `WITH bad AS (
      SELECT d.id AS row, d.deployment, d.environment, d.instance, d.deployment_completed_at AS completedAt,
             MIN(${firstFailed('deployment_stages', stages)}, ${firstFailed('health_verifications', checks)},
                 ${firstFailed('smoke_tests', tests)}, d.deployment_completed_at) AS failedAt, ${wayBack} AS wayBackAt
      FROM deployment_metrics d WHERE ${finished} AND (d.${hasFailed} OR ${wayBack} IS NOT NULL))
    SELECT bad.row, failedAt, NULLIF(MIN(COALESCE(wayBackAt, ${later}), COALESCE((
      SELECT MIN(n.deployment_completed_at) FROM deployment_metrics n
      WHERE n.${hasEndedWell} AND n.discarded = 0 AND n.fragment = 0 AND n.deployment = bad.deployment
        AND n.environment = bad.environment AND n.instance IS bad.instance AND n.deployment_completed_at > completedAt), ${later})), ${later}) AS restoredAt
    FROM bad`;
}
