import { bounds } from './bounds.ts';
import { type Expectation, exactly } from './expectation.ts';
import { grouped, listed } from './facts.ts';

const groupKey = 'instance, deployment, environment';

/** Ratio of observed attempts that were healthy. */
export function healthy(by = '', { times = 1, having = '1' } = {}): Expectation {
  return exactly(
    `SELECT ${listed(by)} ${times}.0 * sum(status = 'healthy') / count(*) AS value FROM latencies ${grouped(by)} HAVING count(*) > 0 AND ${having}`,
  );
}

/** For a panel that is shown even without an attempt: NaN. */
export const healthyPercent = exactly(
  `SELECT 100.0 * sum(status = 'healthy') / count(status) AS value
   FROM the_groups LEFT JOIN latencies USING (${groupKey}) HAVING count(*) > 0`,
);

/** Number of attempts behind it. */
export const observed = exactly(
  `SELECT count(status) AS value FROM the_groups LEFT JOIN latencies USING (${groupKey}) HAVING count(*) > 0`,
);

/** How often a verification failed after a successful one. */
export const outages = exactly(
  'SELECT sum(success = 0 AND before = 1) AS value FROM verdicts HAVING count(*) > 0',
);

/** The mean of the groups that had an outage. The query looks once a minute, so each time is right to a minute or so. */
export const secondsToRestore: Expectation = {
  kind: 'between',
  sql: `SELECT max(0, sum(seconds) - 90.0 * count(*)) / sum(before = 1) AS low, (sum(seconds) + 90.0 * count(*)) / sum(before = 1) AS high
    FROM verdicts WHERE success = 0 AND (${groupKey}) IN (SELECT ${groupKey} FROM verdicts WHERE success = 0 AND before = 1)
    HAVING count(*) > 0`,
};

export function unhealthy(by: string, above: number): Expectation {
  return exactly(
    `SELECT ${by}, count(*) AS value FROM latencies WHERE status = 'unhealthy' GROUP BY ${by} HAVING value > ${above}`,
  );
}

export function latency(q: number): Expectation {
  return {
    kind: 'quantile',
    q,
    bounds: bounds.latency,
    sql: 'SELECT ms AS value FROM the_groups LEFT JOIN latencies USING (instance, deployment, environment)',
  };
}

export const latencyBySeries: Expectation = {
  kind: 'quantile',
  q: 0.95,
  bounds: bounds.latency,
  sql: `SELECT ${groupKey}, column1 AS status, ms AS value FROM the_groups JOIN (VALUES ('healthy'), ('unhealthy'))
    LEFT JOIN latencies USING (${groupKey}) WHERE ms IS NULL OR status = column1
    UNION ALL SELECT ${groupKey}, column1, NULL FROM the_groups JOIN (VALUES ('healthy'), ('unhealthy'))`,
};

/** Failed verifications of finished deployments, by group. */
export function failedVerifications(columns = ''): Expectation {
  return exactly(
    `SELECT ${groupKey} ${columns}, count(*) AS value FROM verified WHERE health_check_success = 0 GROUP BY ${groupKey}`,
  );
}

export const status = exactly(
  `SELECT ${groupKey}, shown AS status, CASE shown WHEN 'failed' THEN 0 WHEN 'in_progress' THEN 2 ELSE 1 END AS value FROM latest`,
);

export const verification = exactly('SELECT * FROM last_verifications');

export const checks = exactly('SELECT * FROM last_checks');

/** Error rates of the newest deployment that has one. */
export function errorRates(above = -1): Expectation {
  return exactly(`SELECT ${groupKey}, service, deployment_id, value FROM error_rates WHERE value > ${above}`);
}
