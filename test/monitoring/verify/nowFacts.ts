import { type Expectation, exactly } from './expectation.ts';

const groupKey = 'instance, deployment, environment';

/** The selected deployment. */
export const picked =
  "deployment_id = coalesce((SELECT value FROM chosen WHERE name = 'deployment_id'), deployment_id)";

export const running = exactly("SELECT total(deployment_status = 'in-progress') AS value FROM m");

/** The version in service as a number; 0 without one. */
export const versionNumbers = exactly(
  `SELECT ${groupKey}, coalesce(version_number(version), 0) AS value FROM the_groups LEFT JOIN in_service USING (${groupKey})`,
);

export function secondsInService(columns: string): Expectation {
  return exactly(`SELECT ${groupKey} ${columns}, at_seconds() - since AS value FROM in_service`);
}

export const info = exactly(
  `SELECT ${groupKey}, shown AS status, in_service.version AS version, 1 AS value FROM latest LEFT JOIN in_service USING (${groupKey})`,
);

export const versionsAndCommits = exactly(
  `SELECT DISTINCT ${groupKey}, version, commit_sha, 1 AS value FROM recent`,
);

export const cpuPercent = exactly(
  `SELECT ${groupKey}, total(cpu_seconds) / 300 * 100 AS value FROM the_groups LEFT JOIN done USING (${groupKey}) GROUP BY ${groupKey}`,
);

export const memory = exactly(
  `SELECT ${groupKey}, memory_bytes AS value FROM m WHERE (instance, deployment, environment, place) IN
   (SELECT ${groupKey}, min(place) FROM m WHERE memory_bytes IS NOT NULL GROUP BY ${groupKey})`,
);

export const lastDurations = exactly(
  `SELECT ${groupKey}, value FROM (SELECT *, total_duration AS value,
   row_number() OVER (PARTITION BY ${groupKey} ORDER BY deployment_completed_at DESC) AS n FROM done) WHERE n = 1`,
);

/** The version in service with its commit, if it is one of the last ten. */
export const commitsInService = exactly(
  `SELECT DISTINCT ${groupKey}, version, commit_sha, 1 AS value FROM recent JOIN in_service USING (${groupKey}, version)`,
);

/** The newest deployment of each group, with more of its attributes. */
export function newestDeployments(columns = ''): Expectation {
  return exactly(`SELECT ${groupKey}, deployment_id, ${columns} ${addresses}, 1 AS value FROM latest`);
}

export const groupsByStatus = exactly('SELECT shown AS status, count(*) AS value FROM latest GROUP BY 1');

/** Of the web UI, if the variable has its address. */
export const page =
  "(SELECT rtrim(value, '/') FROM chosen WHERE name = 'page') || '/#/d/' || deployment_id AS page";
const addresses = `url, ${page}`;
const attributes = `deployment_id, version, status, method, rolled_back, ${addresses}`;

/** The last ten with all their attributes, with 1 or another value. */
export function recent(value = '1', where = '1'): Expectation {
  return exactly(`SELECT ${groupKey}, ${attributes}, ${value} AS value FROM recent WHERE ${where}`);
}

/** A value of each of the last ten, by ID. */
export function recentFigure(value: string, { where = '1', columns = '' } = {}): Expectation {
  return exactly(
    `SELECT ${groupKey}, deployment_id ${columns}, ${value} AS value FROM recent WHERE ${value} IS NOT NULL AND ${where}`,
  );
}

export const newestInProduction = exactly(
  `SELECT ${groupKey}, deployment_id, started AS value FROM recent WHERE environment = 'production' ORDER BY started DESC LIMIT 10`,
);

/** Deployments running for longer than this many seconds. */
export function runningLonger(seconds: number): Expectation {
  return exactly(
    `SELECT ${groupKey}, deployment_id, at_seconds() - started AS value FROM recent
     WHERE deployment_status = 'in-progress' AND value > ${seconds}`,
  );
}

export function stageStarts(where = '1'): Expectation {
  return exactly(
    `SELECT ${groupKey}, deployment_id, service, stage, unix_seconds(started_at) AS value FROM recent_stages WHERE ${where}`,
  );
}

export function stageDurations(columns = 'deployment_id, service, stage, status', where = '1'): Expectation {
  return exactly(
    `SELECT ${groupKey}, ${columns}, seconds AS value FROM recent_stages WHERE seconds IS NOT NULL AND ${where}`,
  );
}

/** How many stages of each of the last ten have ended. */
export function stageCounts(where = '1'): Expectation {
  return exactly(
    `SELECT ${groupKey}, deployment_id, count(*) AS value FROM recent_stages WHERE seconds IS NOT NULL AND ${where} GROUP BY ${groupKey}, deployment_id`,
  );
}

export const names: readonly string[] = [
  ...['total', 'warning_total', 'rollback_total', 'rollback_count', 'slo_bad_total', 'status', 'version'],
  ...['timestamp', 'health_status', 'info', 'cpu_usage_seconds', 'memory_usage_bytes', 'health_check'],
  ...['in_progress', 'infrastructure_cost', 'infrastructure_cost_usd_total', 'version_info', 'host_info'],
  ...['recent_info', 'recent_start_timestamp_seconds', 'recent_duration_seconds'],
  ...['recent_stage_start_timestamp_seconds', 'recent_stage_duration_seconds', 'stage_failures_total'],
  ...['error_budget_consumed_total', 'health_verification_total'],
  ...['stage_last_duration_seconds', 'last_duration_seconds', 'stage_duration_seconds', 'duration_seconds'],
  ...[
    'stage_duration_seconds',
    'duration_seconds',
    'downtime_seconds',
    'time_to_healthy_seconds',
    'health_verification_duration_seconds',
  ].flatMap((histogram) => ['bucket', 'sum', 'count'].map((part) => `${histogram}_${part}`)),
].map((name) => `deployment_${name}`);
