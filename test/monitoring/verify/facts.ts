import { bounds } from './bounds.ts';
import { type Expectation, exactly } from './expectation.ts';

const groupKey = 'instance, deployment, environment';

/** Ratio of successful deployments, by these labels. */
export function successRate(by = '', { where = '1', having = '1' } = {}): Expectation {
  return exactly(
    `SELECT ${listed(by)} 1.0 * sum(outcome = 'success') / count(*) AS value FROM done WHERE ${where} ${grouped(by)} HAVING count(*) > 0 AND ${having}`,
  );
}

/** Successful deployments by environment, if the range has so many days. */
export function successesPerDay(days: number): Expectation {
  return exactly(
    `SELECT environment, total(outcome = 'success') / ${days} AS value FROM the_groups LEFT JOIN done USING (${groupKey}) GROUP BY 1`,
  );
}

/** Number of finished deployments, by these labels. */
export function finished(by = ''): Expectation {
  return exactly(
    `SELECT ${listed(by)} count(outcome) AS value FROM the_groups LEFT JOIN done USING (${groupKey}) ${grouped(by)} HAVING count(*) > 0`,
  );
}

export const failedOrRolledBack = exactly(
  `SELECT count(bad.deployment_id) AS value FROM the_groups LEFT JOIN bad USING (${groupKey}) HAVING count(*) > 0`,
);

/** Ratio of deployments that failed or were rolled back. */
export function failRate(): Expectation {
  return exactly(
    'SELECT 1.0 * sum(deployment_id IN (SELECT deployment_id FROM bad)) / count(*) AS value FROM done HAVING count(*) > 0',
  );
}

/** Number of deployments with this result, by these labels. */
export function deployments(outcome: 'success' | 'failure', by: string, having = '1'): Expectation {
  return exactly(
    `SELECT ${listed(by)} total(outcome = '${outcome}') AS value FROM the_groups LEFT JOIN done USING (${groupKey}) ${grouped(by)} HAVING ${having}`,
  );
}

/** Number of finished deployments with a value above a bound, by group, for groups with at least one. */
export function slower(column: string, { than, by = groupKey, least = 1 }: Slow): Expectation {
  return exactly(
    `SELECT ${listed(by)} sum(CAST(${column} AS REAL) > ${than}) AS value FROM done GROUP BY ${by} HAVING value >= ${least}`,
  );
}

interface Slow {
  readonly than: number;
  readonly by?: string;
  readonly least?: number;
}

/** How many times as fast as 1 of 100 deployments are bad. */
export const burnRate = exactly(
  `SELECT deployment, environment, 100.0 * sum(deployment_id IN (SELECT deployment_id FROM bad)) / count(*) AS value
   FROM done GROUP BY 1, 2`,
);

/** Ratio of deployments of a group that failed or were rolled back, if above a limit and there are enough. */
export function burning(above: number): Expectation {
  return exactly(
    `SELECT deployment, environment, 1.0 * sum(deployment_id IN (SELECT deployment_id FROM bad)) / count(*) AS value
     FROM done GROUP BY 1, 2 HAVING value > ${above} AND count(*) >= 10`,
  );
}

/** A quantile from the trigger to the end of successful deployments; NaN for a series without one. */
export function timeToDeploy(
  by = '',
  { where = '1', above, q = 0.95 }: { where?: string; above?: number; q?: number } = {},
): Expectation {
  return {
    kind: 'quantile',
    q,
    bounds: bounds.deploy,
    ...(above === undefined ? {} : { above }),
    sql: `SELECT ${listed(by)} time_to_deploy AS value FROM the_groups LEFT JOIN done USING (${groupKey}) WHERE ${where}`,
  };
}

export function downtime(by: string, above?: number): Expectation {
  return {
    kind: 'quantile',
    q: 0.95,
    bounds: bounds.downtime,
    ...(above === undefined ? {} : { above }),
    sql: `SELECT ${listed(by)} coalesce(downtime_duration, cutover_duration) AS value FROM the_groups LEFT JOIN done USING (${groupKey})`,
  };
}

/** How long the deployments were down together, by these labels. */
export function downtimeSum(by = ''): Expectation {
  return exactly(
    `SELECT ${listed(by)} total(coalesce(downtime_duration, cutover_duration)) AS value FROM the_groups LEFT JOIN done USING (${groupKey}) ${grouped(by)} HAVING count(*) > 0`,
  );
}

export const downtimeCount = exactly(
  `SELECT count(coalesce(downtime_duration, cutover_duration)) AS value FROM the_groups LEFT JOIN done USING (${groupKey}) HAVING count(*) > 0`,
);

/** Successful deployments with a time to deploy, by these labels. */
export function deployed(by = ''): Expectation {
  return exactly(
    `SELECT ${listed(by)} count(time_to_deploy) AS value FROM the_groups LEFT JOIN done USING (${groupKey}) ${grouped(by)} HAVING count(*) > 0`,
  );
}

export const stageCount = exactly(
  'SELECT stage, count(seconds) AS value FROM ended_stages GROUP BY stage HAVING value > 0',
);

export function stageQuantile(by: string, where = '1'): Expectation {
  return {
    kind: 'quantile',
    q: 0.95,
    bounds: bounds.stage,
    sql: `SELECT ${listed(by)} seconds AS value FROM declared_stages LEFT JOIN ended_stages USING (${groupKey}, service, stage) WHERE ${where}`,
  };
}

/** Mean duration by stage; NaN for a stage that never ran. */
export function stageAverage(having = '1'): Expectation {
  return exactly(
    `SELECT stage, avg(seconds) AS value FROM declared_stages LEFT JOIN ended_stages USING (${groupKey}, service, stage) GROUP BY stage HAVING ${having}`,
  );
}

export function lastStages(where = '1'): Expectation {
  return exactly(`SELECT * FROM last_stages WHERE ${where}`);
}

/** Failed stages, by labels for which there was a failure. */
export function stageFailures(by: string): Expectation {
  return exactly(`SELECT ${by}, count(*) AS value FROM stage_runs WHERE status = 'failure' GROUP BY ${by}`);
}

export const failuresByError = exactly(
  `SELECT e.column1 AS error_type, count(s.id) AS value FROM the_groups g
   JOIN (VALUES ('exit_code'), ('timeout'), ('canceled'), ('other')) e
   LEFT JOIN stage_runs s ON s.error_type = e.column1 AND s.status = 'failure'
     AND (s.instance, s.deployment, s.environment) = (g.instance, g.deployment, g.environment) GROUP BY 1`,
);

export const failuresByService = exactly(
  `SELECT service, total(status = 'failure') AS value FROM declared_stages LEFT JOIN stage_runs USING (${groupKey}, service, stage) GROUP BY 1`,
);

/** Migrations of a group that took longer. */
export function slowMigrations(than: number): Expectation {
  return exactly(
    `SELECT ${groupKey}, count(*) AS value FROM ended_stages WHERE stage = 'migration' AND seconds > ${than} GROUP BY ${groupKey}`,
  );
}

export function listed(by: string): string {
  return by === '' ? '' : `${by},`;
}

export function grouped(by: string): string {
  return by === '' ? '' : `GROUP BY ${by}`;
}
