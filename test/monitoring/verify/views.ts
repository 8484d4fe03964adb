const chosen = (column: string) =>
  `${column} = coalesce((SELECT value FROM chosen WHERE name = '${column}'), ${column})`;
const chosenGroup = ['deployment', 'environment', 'instance'].map(chosen).join(' AND ');
const newestFirst =
  'PARTITION BY instance, deployment, environment ORDER BY deployment_started_at DESC, id DESC';
/** Columns of the group and of a deployment's own row. */
const key = 'm.instance, m.deployment, m.environment';

/** What the contract counts and shows, read from the ledger's public tables; `chosen` limits all of them. */
export const views: Readonly<Record<string, string>> = {
  the_groups: `SELECT ledger, id, instance, deployment, environment, delivered_at FROM all_groups
    WHERE ${chosenGroup}`,
  m: `SELECT *, row_number() OVER (${newestFirst}) AS place FROM all_deployment_metrics
    WHERE fragment = 0 AND discarded = 0 AND ${chosenGroup}`,
  done: `SELECT *, iif(deployment_status = 'failed', 'failure', 'success') AS outcome FROM m
    WHERE deployment_status IN ('success', 'warning', 'failed')`,
  well_rolled_back: 'SELECT DISTINCT deployment_id FROM all_rollbacks WHERE success = 1',
  bad: `SELECT * FROM done WHERE deployment_status = 'failed' OR deployment_id IN (SELECT * FROM well_rolled_back)`,
  verified: `SELECT * FROM done WHERE deployment_id IN (SELECT deployment_id FROM all_health_verifications WHERE of_rollback = 0)`,
  rollback_events: `SELECT ${key}, r.reason_class AS reason, iif(r.success = 1, 'success', 'failure') AS status
    FROM all_rollbacks r JOIN m USING (deployment_id) WHERE r.settled = 1`,
  stage_runs: `SELECT ${key}, m.place, m.version AS version, s.deployment_id, s.id, s.service, s.stage, s.started_at, s.ended_at,
    s.duration_seconds AS seconds, iif(s.status = 'failed', 'failure', s.status) AS status, s.error_type
    FROM all_deployment_stages s JOIN m USING (deployment_id) WHERE s.late = 0`,
  ended_stages: 'SELECT * FROM stage_runs WHERE seconds IS NOT NULL',
  declared_stages: `SELECT instance, deployment, environment, value ->> 0 AS service, value ->> 1 AS stage
    FROM the_groups g JOIN all_declarations d ON d.ledger = g.ledger AND d.group_id = g.id WHERE d.kind = 'stage'`,
  declared_tests: `SELECT instance, deployment, environment, value AS test_name
    FROM the_groups g JOIN all_declarations d ON d.ledger = g.ledger AND d.group_id = g.id WHERE d.kind = 'test'`,
  declared_resources: `SELECT instance, deployment, environment, value AS resource
    FROM the_groups g JOIN all_declarations d ON d.ledger = g.ledger AND d.group_id = g.id WHERE d.kind = 'resource'`,
  last_stages: `SELECT instance, deployment, environment, service, stage, seconds AS value FROM (SELECT *, row_number()
    OVER (PARTITION BY instance, deployment, environment, service, stage ORDER BY ended_at DESC, id DESC) AS n FROM ended_stages) WHERE n = 1`,
  // A check without a response counts as 5 s; a failed check command has responded. Attempts before the first
  // successful check of a successful verification are start-up, not latency.
  latencies: `SELECT ${key}, c.status, iif(c.status = 'unhealthy' AND c.status_code IS NULL AND c.verdict <> 'command_failed', 5000, c.latency_seconds * 1000) AS ms
    FROM all_health_checks c JOIN m USING (deployment_id) JOIN all_health_verifications v USING (ledger, verification_id)
    WHERE v.success = 0 OR c.id >= (SELECT min(f.id) FROM all_health_checks f
      WHERE f.ledger = c.ledger AND f.verification_id = c.verification_id AND f.status = 'healthy')`,
  migration_events: `SELECT ${key}, g.status, iif(g.status = 'failure', 1, g.migration_count) AS n
    FROM all_migrations g JOIN m USING (deployment_id)`,
  smoke_events: `SELECT ${key}, t.test_name, t.status FROM all_smoke_tests t JOIN m USING (deployment_id) WHERE t.late = 0`,
  cost_events: `SELECT ${key}, m.place, c.deployment_id, c.resource, c.cost_usd AS usd
    FROM all_infrastructure_costs c JOIN m USING (deployment_id)`,
  budget_events: `SELECT ${key}, b.cause, b.weight FROM all_error_budget_events b JOIN m USING (deployment_id)`,
  error_rates: `SELECT instance, deployment, environment, service, deployment_id, deployment_started_at, value FROM (SELECT ${key},
      e.service, e.deployment_id, m.deployment_started_at, e.error_rate AS value, m.place,
      min(m.place) OVER (PARTITION BY ${key}) AS newest,
      row_number() OVER (PARTITION BY e.deployment_id, e.service ORDER BY e.id DESC) AS n
    FROM all_post_deployment_errors e JOIN m USING (deployment_id)) WHERE place = newest AND n = 1`,
  recent: `SELECT *, replace(deployment_status, '-', '_') AS status,
      iif(deployment_id IN (SELECT * FROM well_rolled_back), 'true', 'false') AS rolled_back,
      CASE deployment_method WHEN 'github-actions' THEN 'ci' ELSE deployment_method END AS method,
      unix_seconds(deployment_started_at) AS started FROM m WHERE place <= 10`,
  latest: `SELECT *, iif(rolled_back = 'true' AND status IN ('success', 'warning'), 'failed', status) AS shown FROM recent WHERE place = 1`,
  in_service: `SELECT instance, deployment, environment, version, unix_seconds(since) AS since FROM (SELECT *,
      row_number() OVER (PARTITION BY instance, deployment, environment ORDER BY since DESC) AS n FROM (
        SELECT instance, deployment, environment, version, deployment_completed_at AS since
          FROM m WHERE deployment_status IN ('success', 'warning')
        UNION ALL SELECT ${key}, r.to_version, r.at FROM all_rollbacks r JOIN m USING (deployment_id)
          WHERE r.success = 1 AND r.to_version IS NOT NULL)) WHERE n = 1`,
  last_verifications: `SELECT instance, deployment, environment, success AS value FROM (SELECT ${key}, v.success,
      row_number() OVER (PARTITION BY ${key} ORDER BY m.place, v.id DESC) AS n
    FROM all_health_verifications v JOIN m USING (deployment_id)) WHERE n = 1`,
  // Each verification with the one before it, and how long it was the latest.
  verdicts: `SELECT instance, deployment, environment, success, before, coalesce(until, at_seconds()) - since AS seconds FROM (
    SELECT ${key}, v.success, unix_seconds(v.ended_at) AS since, lag(v.success) OVER same AS before,
      lead(unix_seconds(v.ended_at)) OVER same AS until
    FROM all_health_verifications v JOIN m USING (deployment_id) WINDOW same AS (PARTITION BY ${key} ORDER BY v.id))`,
  last_checks: `SELECT instance, deployment, environment, check_type, success AS value FROM (SELECT ${key}, v.check_type, v.success,
      row_number() OVER (PARTITION BY ${key}, v.check_type ORDER BY v.id DESC) AS n
    FROM all_health_verifications v JOIN m USING (deployment_id) WHERE v.late = 0) WHERE n = 1`,
  // One run of each pair of service and stage: the one that started last.
  recent_stages: `SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY deployment_id, service, stage ORDER BY started_at DESC, id DESC) AS n
    FROM stage_runs WHERE place <= 10) WHERE n = 1`,
  // The version that hosts should run: the greatest, or of those without an order the one put in service
  // last.
  behind: `SELECT instance, deployment, environment, since, number <> iif(greatest > 0, greatest, youngest) AS is_behind FROM (
      SELECT *, max(number) OVER (PARTITION BY deployment, environment) AS greatest,
        first_value(number) OVER (PARTITION BY deployment, environment ORDER BY since DESC) AS youngest
      FROM (SELECT *, version_number(version) AS number FROM in_service))`,
};
