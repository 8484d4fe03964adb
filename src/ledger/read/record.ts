import type { DeploymentStatus } from '../../model.ts';

/** One row of `deployment_metrics` as the reports read it. Times are ISO 8601 in UTC, durations seconds. */
export interface DeploymentRecord {
  /** Null for a row that came from elsewhere without one. */
  readonly id: string | null;
  readonly deployment: string | null;
  readonly environment: string | null;
  readonly service: string | null;
  readonly version: string;
  readonly previousVersion: string | null;
  readonly startedAt: string;
  readonly completedAt: string | null;
  readonly hostname: string | null;
  readonly osVersion: string | null;
  readonly pythonVersion: string | null;
  readonly runner: string | null;
  readonly method: string | null;
  readonly status: DeploymentStatus;
  readonly extractSeconds: number | null;
  readonly venvRebuildSeconds: number | null;
  readonly migrationSeconds: number | null;
  readonly cutoverSeconds: number | null;
  readonly totalSeconds: number | null;
  /** The measured downtime, otherwise the cutover. */
  readonly downtimeSeconds: number | null;
  /** The outage had not ended when the deployment did. */
  readonly downtimeOpen: boolean;
  /** Null if no health verification ran: the column's own default says failed. */
  readonly healthy: boolean | null;
  readonly healthCheckSeconds: number | null;
  /** Text, like the column. */
  readonly timeToHealthy: string | null;
  readonly timeToDeploySeconds: number | null;
  readonly rolledBack: boolean;
  readonly rolledBackTo: string | null;
  /** The deployment that this one rolled back. */
  readonly rollbackOf: string | null;
  readonly exitCode: number | null;
  readonly errorMessage: string | null;
  readonly notes: string | null;
  readonly commitSha: string | null;
  readonly url: string | null;
  readonly triggeredAt: string | null;
  readonly triggeredBy: string | null;
  readonly cpuSeconds: number | null;
  readonly memoryBytes: number | null;
  /** For the file that `extract` unpacked. */
  readonly artifactBytes: number | null;
  readonly downloadSeconds: number | null;
  /** After the last migration that measured it. */
  readonly databaseBytes: number | null;
  /** How busy the host was at the end, as a ratio of its cores. */
  readonly hostLoad: number | null;
  readonly discarded: boolean;
  readonly fragment: boolean;
  /** `outcomeOf`. */
  readonly outcome: string | null;
}

/** A row of `deploymentColumns`: booleans are still 0 and 1. */
export type DeploymentRow = {
  readonly [K in Exclude<keyof DeploymentRecord, 'outcome'>]: DeploymentRecord[K] extends boolean
    ? number
    : DeploymentRecord[K] extends boolean | null
      ? number | null
      : DeploymentRecord[K];
} & { readonly hasSteps: number; readonly cutoverBegan: number; readonly restored: string | null };

/** The select list of a `DeploymentRow`, on the alias `d`. Only a successful rollback counts as one. */
export const deploymentColumns = `
  d.deployment_id AS id, d.deployment, d.environment, d.service, d.version,
  d.previous_version AS previousVersion, d.deployment_started_at AS startedAt,
  d.deployment_completed_at AS completedAt, d.hostname, d.os_version AS osVersion,
  d.python_version AS pythonVersion, d.runner, d.deployment_method AS method, d.deployment_status AS status,
  d.extract_duration AS extractSeconds, d.venv_rebuild_duration AS venvRebuildSeconds,
  d.migration_duration AS migrationSeconds, d.cutover_duration AS cutoverSeconds,
  d.total_duration AS totalSeconds, COALESCE(d.downtime_duration, d.cutover_duration) AS downtimeSeconds,
  d.downtime_open AS downtimeOpen,
  CASE WHEN d.health_check_duration IS NOT NULL THEN d.health_check_success END AS healthy,
  d.health_check_duration AS healthCheckSeconds, d.time_to_healthy AS timeToHealthy,
  d.time_to_deploy AS timeToDeploySeconds,
  EXISTS (SELECT 1 FROM rollbacks r WHERE r.deployment_id = d.deployment_id AND r.success = 1) AS rolledBack,
  (SELECT r.to_version FROM rollbacks r WHERE r.deployment_id = d.deployment_id AND r.success = 1
   ORDER BY r.id DESC LIMIT 1) AS rolledBackTo,
  d.rollback_of AS rollbackOf, d.exit_code AS exitCode, d.error_message AS errorMessage, d.notes,
  d.commit_sha AS commitSha, d.url, d.triggered_at AS triggeredAt, d.triggered_by AS triggeredBy,
  d.cpu_seconds AS cpuSeconds, d.memory_bytes AS memoryBytes, ${lastOf('artifact_bytes')} AS artifactBytes,
  ${lastOf('download_seconds')} AS downloadSeconds, ${lastOf('database_bytes')} AS databaseBytes, d.host_load AS hostLoad,
  d.discarded, d.fragment,
  (coalesce(d.extract_duration, d.venv_rebuild_duration, d.migration_duration, d.cutover_duration, d.health_check_duration) IS NOT NULL
   OR EXISTS (SELECT 1 FROM deployment_stages s WHERE s.deployment_id = d.deployment_id)
   OR EXISTS (SELECT 1 FROM smoke_tests t WHERE t.deployment_id = d.deployment_id)) AS hasSteps,
  ${cutoverBeganOf('d')} AS cutoverBegan,
  (SELECT r.to_version FROM rollbacks r JOIN health_verifications v ON v.deployment_id = r.deployment_id
     AND v.of_rollback = 1 AND v.success = 1 AND v.expected_version = r.to_version
   WHERE r.deployment_id = d.deployment_id AND r.success = 0 ORDER BY r.id DESC LIMIT 1) AS restored`;

/** The tables that `deploymentColumns` reads. */
export function tablesOfColumns(): string[] {
  const named = [...deploymentColumns.matchAll(/(?:FROM|JOIN) (\w+)/g)].map(([, table = '']) => table);
  return ['deployment_metrics', ...new Set(named)];
}

/** Whether the cutover of a deployment has begun, as far as it was marked; its rollback does not count. */
export function cutoverBeganOf(row: string): string {
  return `(${row}.cutover_duration IS NOT NULL OR EXISTS (SELECT 1 FROM deployment_stages s WHERE s.deployment_id = ${row}.deployment_id
   AND s.stage = 'cutover' AND s.of_rollback = 0))`;
}

/** The value of the last phase of a deployment that has it. */
function lastOf(column: string): string {
  return `(SELECT s.${column} FROM deployment_stages s WHERE s.deployment_id = d.deployment_id AND s.${column} IS NOT NULL
   ORDER BY s.id DESC LIMIT 1)`;
}

export function deploymentRecord({
  hasSteps,
  cutoverBegan,
  restored,
  ...row
}: DeploymentRow): DeploymentRecord {
  const record = {
    ...row,
    downtimeOpen: row.downtimeOpen !== 0,
    healthy: row.healthy === null ? null : row.healthy !== 0,
    rolledBack: row.rolledBack !== 0,
    discarded: row.discarded !== 0,
    fragment: row.fragment !== 0,
  };
  const steps = { hasSteps: hasSteps !== 0, cutoverBegan: cutoverBegan !== 0, restored };
  return { ...record, outcome: outcomeOf({ ...record, ...steps }) };
}

/** What the outcome of a deployment depends on, as its rows tell it. */
export interface OutcomeFacts {
  readonly status: DeploymentStatus;
  readonly version: string;
  readonly previousVersion: string | null;
  readonly rolledBack: boolean;
  readonly rolledBackTo: string | null;
  readonly discarded: boolean;
  readonly fragment: boolean;
  readonly exitCode: number | null;
  /** A phase, a check or a test was recorded. */
  readonly hasSteps: boolean;
  readonly cutoverBegan: boolean;
  /** The version that a health check has seen after a rollback that failed for another reason. */
  readonly restored: string | null;
}

/** Not found, not executable: the script did not run. */
const notRun: readonly (number | null)[] = [null, 126, 127];

/**
 * What a deployment meant for its users: `rolled out`, `rolled back to X`, `failed and still on Y`, `never started`.
 * Null while it runs, and if it was discarded. Y is the version that was seen after a failed rollback, otherwise its own
 * if its cutover has begun, otherwise the version before it.
 */
export function outcomeOf(facts: OutcomeFacts): string | null {
  const { status, version, previousVersion, rolledBackTo } = facts;
  if (facts.discarded || facts.fragment || status === 'in-progress') return null;
  if (facts.rolledBack) return `rolled back to ${rolledBackTo ?? 'an unknown version'}`;
  if (status === 'success' || status === 'warning') return 'rolled out';
  if (!facts.hasSteps && notRun.includes(facts.exitCode)) return 'never started';
  const assumed = facts.cutoverBegan ? version : (previousVersion ?? 'no version');
  return `failed and still on ${facts.restored ?? assumed}`;
}
