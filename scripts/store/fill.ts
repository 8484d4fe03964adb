/** How large the fleet of a benchmark is. */
export interface Size {
  readonly deployments: number;
  readonly hosts: number;
  readonly days: number;
}

/** Some values of one deployment, by its number `k`: the same for each table. */
const of = {
  id: `'app-' || to_char(began, 'YYYYMMDDHH24MISS') || '-' || substr(md5(CAST(k AS text)), 1, 8)`,
  ledger: `md5('ledger' || host)`,
  status: `CASE WHEN k % 33 = 0 THEN 'failed' WHEN k % 20 = 0 THEN 'warning' ELSE 'success' END`,
  seconds: '(60 + k % 47)',
};

/** Deployments spread evenly over the days, each on the next host, the newest a moment ago. */
const each = ({
  deployments,
  hosts,
  days,
}: Size): string => `(SELECT k, host, began, ${of.id} AS id, ${of.ledger} AS ledger,
    CASE WHEN k % 10 = 0 THEN 'worker' ELSE 'shop' END AS name, CASE WHEN host % 50 = 0 THEN 'staging' ELSE 'production' END AS environment,
    ${of.status} AS status, ${of.seconds} AS seconds, k / (${hosts} * 2) AS release
  FROM (SELECT k, k % ${hosts} AS host, now() - interval '1 second' * ((${deployments} - k) * ${days * 86_400}.0 / ${deployments} + 300) AS began
    FROM generate_series(1, ${deployments}) AS k) AS numbered) AS d`;

const stages = [
  ...[
    'build',
    'download',
    'extract',
    'venv_rebuild',
    'config',
    'stop',
    'migration',
    'cutover',
    'warmup',
    'cleanup',
  ],
];
const stageAt = (n: string) => `(ARRAY['${stages.join("', '")}'])[${n}]`;

/** SQL that fills a store with the rows that a fleet would have sent: ten stages of each deployment. */
export function fillStatements(size: Size): string[] {
  const into = (table: string, columns: string, values: string, from = '') =>
    `INSERT INTO deploytrack_rows.${table} (ledger_id, deployment_id, id, revision, ${columns}) SELECT d.ledger, d.id, k, k, ${values} FROM ${each(size)} ${from}`;
  return [
    into(
      'deployment_metrics',
      `version, previous_version, deployment_started_at, deployment_completed_at, hostname, os_version, extract_duration,
       venv_rebuild_duration, migration_duration, cutover_duration, total_duration, downtime_duration, health_check_success,
       health_check_duration, time_to_healthy, deployment_method, deployment_status, error_message, deployment, environment,
       service, instance, runner, commit_sha, triggered_at, triggered_by, time_to_deploy, downtime_open, discarded, fragment, exit_code`,
      `'1.' || release, '1.' || (release - 1), began, began + interval '1 second' * seconds, 'web-' || host, 'Debian 12', 3.5,
       11.0 + k % 5, 2.0 + k % 3, 4.0 + k % 2, seconds, 1.5 + k % 4, CASE WHEN status = 'failed' THEN 0 ELSE 1 END,
       2.5, CAST(2.5 + k % 3 AS text), 'ci', status, CASE WHEN status = 'failed' THEN 'phase migration: exit code 1' END, name, environment,
       name, 'web-' || host, NULL, md5(CAST(release AS text)), began - interval '5 minutes', 'ci', seconds + 300, 0, 0, 0,
       CASE WHEN status = 'failed' THEN 1 END`,
    ),
    `INSERT INTO deploytrack_rows.deployment_stages (ledger_id, deployment_id, id, revision, run_id, service, stage, started_at, ended_at,
       duration_seconds, status, judged, of_rollback, late)
     SELECT d.ledger, d.id, k * 10 + n, k, d.id || '-' || n, name, ${stageAt('n')}, began + interval '5 seconds' * n,
       began + interval '5 seconds' * n + interval '1 second' * (1 + (k + n) % 4), 1 + (k + n) % 4,
       CASE WHEN status = 'failed' AND n = 7 THEN 'failed' ELSE 'success' END, 'yes', 0, 0
     FROM ${each(size)} CROSS JOIN generate_series(1, ${stages.length}) AS n`,
    into(
      'health_verifications',
      'verification_id, service, check_type, target, started_at, ended_at, duration_seconds, success, verdict, attempts, judged, of_rollback, late',
      `d.id || '-v', name, 'http', 'http://localhost/health', began + interval '55 seconds', began + interval '58 seconds', 3,
       CASE WHEN status = 'failed' THEN 0 ELSE 1 END, 'healthy', 2, 'yes', 0, 0`,
    ),
    into(
      'smoke_tests',
      'run_id, service, test_name, run_at, status, judged, of_rollback, late',
      `d.id || '-t', name, 'login', began + interval '59 seconds', 'success', 'yes', 0, 0`,
    ),
    into(
      'migrations',
      'run_id, service, finished_at, status, migration_count, duration_seconds',
      `d.id || '-7', name, began + interval '40 seconds', CASE WHEN status = 'failed' THEN 'failure' ELSE 'success' END, k % 3, 2.0`,
    ),
    `INSERT INTO deploytrack_rows.rollbacks (ledger_id, deployment_id, id, revision, rollback_id, at, reason, reason_class, from_version,
       to_version, success, settled)
     SELECT d.ledger, d.id, k, k, d.id || '-r', began + interval '10 minutes', 'errors', 'error_rate', '1.' || release,
       '1.' || (release - 1), 1, 1 FROM ${each(size)} WHERE k % 66 = 0`,
    `INSERT INTO deploytrack_rows.error_budget_events (ledger_id, deployment_id, id, revision, at, cause, weight)
     SELECT d.ledger, d.id, k, k, began + interval '1 second' * seconds, 'deploy_failed', 1 FROM ${each(size)} WHERE status = 'failed'`,
    `INSERT INTO deploytrack_rows.deployment_facts (ledger_id, deployment_id, fact, value, revision)
     SELECT d.ledger, d.id, 'git.committed_at', to_char(began - interval '1 hour', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), k FROM ${each(size)}`,
    `INSERT INTO deploytrack_rows.hosts (ledger_id, instance, deployment, environment, version, since, last_deployment_id, last_version,
       last_status, last_started_at, healthy, revision)
     SELECT DISTINCT ON (ledger, name, environment) d.ledger, 'web-' || host, name, environment, '1.' || release, began, d.id,
       '1.' || release, status, began, 1, k FROM ${each(size)} ORDER BY ledger, name, environment, k DESC`,
    `INSERT INTO deploytrack_rows.ledgers (ledger_id, hostname, revision, program_version)
     SELECT DISTINCT ON (host) d.ledger, 'web-' || host, k, '0.2.0' FROM ${each(size)} ORDER BY host, k DESC`,
  ];
}
