import type { FinalStatus } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import { Totals } from './totals.ts';

/** A deployment whose row is closed. */
export interface Finished {
  readonly rowId: number;
  readonly groupId: number;
  readonly status: FinalStatus;
  readonly totalSeconds: number;
  /** Null if it did not succeed. */
  readonly timeToDeploySeconds: number | null;
}

/** What a deployment adds to the totals of its group when it ends. */
export function countFinished(database: Database, finished: Finished): void {
  const { status, timeToDeploySeconds } = finished;
  const totals = new Totals(database, finished.groupId);
  totals.count('deployment_total', { labels: [status === 'failed' ? 'failure' : 'success'] });
  if (status === 'warning') totals.count('deployment_warning_total');
  totals.observe('deployment_duration_seconds', { value: finished.totalSeconds });
  if (timeToDeploySeconds !== null) totals.observe('time_to_deploy_seconds', { value: timeToDeploySeconds });
  const kept = keptFigures(database, finished.rowId);
  if (kept.downtime !== null) totals.observe('deployment_downtime_seconds', { value: kept.downtime });
  if (kept.verified === 1) countVerification(totals, { ...kept, success: kept.success === 1 });
  if (kept.cpu !== null) totals.countAmount('deployment_cpu_usage_seconds', { amount: kept.cpu });
}

interface KeptFigures {
  readonly downtime: number | null;
  readonly success: number;
  readonly seconds: number | null;
  readonly timeToHealthy: number | null;
  readonly cpu: number | null;
  readonly verified: number;
}

function keptFigures(database: Database, rowId: number): KeptFigures {
  return database
    .prepare(
      `SELECT coalesce(downtime_duration, cutover_duration) AS downtime, health_check_success AS success, health_check_duration AS seconds,
       CAST(time_to_healthy AS REAL) AS timeToHealthy, cpu_seconds AS cpu,
       EXISTS (SELECT 1 FROM health_verifications v WHERE v.deployment_id = m.deployment_id AND v.of_rollback = 0) AS verified
       FROM deployment_metrics m WHERE id = ?`,
    )
    .get(rowId) as KeptFigures;
}

/** What a deployment's health verification adds, once per deployment. */
export function countVerification(
  totals: Totals,
  verification: { success: boolean; seconds: number | null; timeToHealthy: number | null },
): void {
  const { success, seconds, timeToHealthy } = verification;
  totals.count('deployment_health_verification_total', { labels: [success ? 'success' : 'failure'] });
  totals.observe('deployment_health_verification_duration_seconds', { value: seconds ?? 0 });
  if (timeToHealthy !== null) totals.observe('deployment_time_to_healthy_seconds', { value: timeToHealthy });
}
