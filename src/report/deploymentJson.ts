import type { DeploymentRecord } from '../ledger/read/record.ts';

/**
 * The fields of a deployment in JSON and CSV: first those of the older tables under their own names (`status` for
 * deployment_status), then ours. The order is part of the format.
 */
const fields = {
  deployment_id: 'id',
  deployment: 'deployment',
  environment: 'environment',
  service: 'service',
  version: 'version',
  previous_version: 'previousVersion',
  hostname: 'hostname',
  os_version: 'osVersion',
  python_version: 'pythonVersion',
  deployment_started_at: 'startedAt',
  deployment_completed_at: 'completedAt',
  total_duration: 'totalSeconds',
  downtime_duration: 'downtimeSeconds',
  extract_duration: 'extractSeconds',
  venv_rebuild_duration: 'venvRebuildSeconds',
  migration_duration: 'migrationSeconds',
  cutover_duration: 'cutoverSeconds',
  health_check_success: 'healthy',
  health_check_duration: 'healthCheckSeconds',
  time_to_healthy: 'timeToHealthy',
  status: 'status',
  deployment_method: 'method',
  error_message: 'errorMessage',
  notes: 'notes',
  downtime_open: 'downtimeOpen',
  rolled_back: 'rolledBack',
  rolled_back_to: 'rolledBackTo',
  rollback_of: 'rollbackOf',
  time_to_deploy: 'timeToDeploySeconds',
  exit_code: 'exitCode',
  commit_sha: 'commitSha',
  url: 'url',
  runner: 'runner',
  triggered_at: 'triggeredAt',
  triggered_by: 'triggeredBy',
  cpu_seconds: 'cpuSeconds',
  memory_bytes: 'memoryBytes',
  discarded: 'discarded',
  fragment: 'fragment',
  artifact_bytes: 'artifactBytes',
  download_seconds: 'downloadSeconds',
  database_bytes: 'databaseBytes',
  host_load: 'hostLoad',
  outcome: 'outcome',
} as const satisfies Readonly<Record<string, keyof DeploymentRecord>>;

export const deploymentKeys = Object.keys(fields);

/** A deployment with these field names. */
export type DeploymentJson = {
  readonly [Key in keyof typeof fields]: DeploymentRecord[(typeof fields)[Key]];
};

/**
 * Times are ISO 8601 in UTC, durations seconds, time_to_healthy a string as its column is.
 * health_check_success is null if no verification ran; downtime_duration falls back to the cutover.
 */
export function deploymentJson(one: DeploymentRecord): DeploymentJson {
  return Object.fromEntries(
    Object.entries(fields).map(([key, field]) => [key, one[field]]),
  ) as DeploymentJson;
}
