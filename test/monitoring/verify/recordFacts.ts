import { type Expectation, exactly } from './expectation.ts';
import { grouped, listed } from './facts.ts';

const groupKey = 'instance, deployment, environment';

export function migrationSuccess(by = ''): Expectation {
  return exactly(
    `SELECT ${listed(by)} 1.0 * sum(iif(status = 'success', n, 0)) / sum(n) AS value FROM migration_events ${grouped(by)}`,
  );
}

export function failedMigrations(columns = ''): Expectation {
  return exactly(
    `SELECT ${groupKey} ${columns}, sum(n) AS value FROM migration_events WHERE status = 'failure' GROUP BY ${groupKey}`,
  );
}

/** Ratio of runs that passed, by test; NaN for a test that never ran. */
export const smokeByTest = exactly(
  `SELECT test_name, 1.0 * sum(status = 'success') / count(status) AS value
   FROM (SELECT DISTINCT test_name FROM declared_tests) LEFT JOIN smoke_events USING (test_name) GROUP BY 1`,
);

export function smokeSuccess(by = '', having = '1'): Expectation {
  return exactly(
    `SELECT ${listed(by)} 1.0 * sum(status = 'success') / count(*) AS value FROM smoke_events ${grouped(by)} HAVING ${having}`,
  );
}

export const smokeCounts = exactly(
  `SELECT test_name, column1 AS status, total(s.status = column1) AS value
   FROM (SELECT DISTINCT test_name FROM declared_tests) JOIN (VALUES ('success'), ('failure')) LEFT JOIN smoke_events s USING (test_name) GROUP BY 1, 2`,
);

/** Runs of each declared test, all or those with this result. */
export function smokeRuns(status = '%'): Expectation {
  return exactly(
    `SELECT test_name, total(status LIKE '${status}') AS value
     FROM (SELECT DISTINCT test_name FROM declared_tests) LEFT JOIN smoke_events USING (test_name) GROUP BY 1`,
  );
}

export const smokeFailures = exactly(
  "SELECT deployment, environment, test_name, count(*) AS value FROM smoke_events WHERE status = 'failure' GROUP BY 1, 2, 3",
);

export const rollbacksByReason = exactly(
  `SELECT column1 AS reason, count(status) AS value FROM the_groups
   JOIN (VALUES ('health_check_failed'), ('test_failed'), ('error_rate'), ('manual'), ('other'))
   LEFT JOIN rollback_events r ON r.reason = column1 AND (r.instance, r.deployment, r.environment) = (the_groups.instance, the_groups.deployment, the_groups.environment)
   GROUP BY 1`,
);

export const rollbacksDone = exactly(
  "SELECT count(*) AS value FROM rollback_events WHERE status = 'success'",
);

/** Rollbacks with any result, by labels of the group. */
export function rollbacks(by: string): Expectation {
  return exactly(
    `SELECT ${by}, count(status) AS value FROM the_groups LEFT JOIN rollback_events USING (${groupKey}) GROUP BY ${by}`,
  );
}

export const manyRollbacks = exactly(
  "SELECT deployment, environment, count(*) AS value FROM rollback_events WHERE status = 'success' GROUP BY 1, 2 HAVING value > 3",
);

export const costByResource = exactly(
  `SELECT resource, total(usd) AS value FROM declared_resources LEFT JOIN cost_events USING (${groupKey}, resource) GROUP BY 1`,
);

/** For each of the last ten deployments of a group, whether it has costs or not. */
export function costByDeployment(columns = '', where = '1'): Expectation {
  return exactly(
    `SELECT ${columns} deployment_id, total(usd) AS value FROM recent LEFT JOIN cost_events USING (deployment_id, ${groupKey}) WHERE ${where} GROUP BY deployment_id`,
  );
}

/** What is left of one failed deployment. */
export const budgetLeft = exactly(
  `SELECT deployment, environment, 1 - total(weight) AS value FROM the_groups LEFT JOIN budget_events USING (${groupKey}) GROUP BY 1, 2`,
);

export const budgetByCause = exactly(
  `SELECT column1 AS cause, total(weight) AS value FROM the_groups
   JOIN (VALUES ('deploy_failed'), ('migration_failed'), ('smoke_test_failed'), ('rollback_health'), ('rollback_error'))
   LEFT JOIN budget_events b ON b.cause = column1 AND (b.instance, b.deployment, b.environment) = (the_groups.instance, the_groups.deployment, the_groups.environment)
   GROUP BY 1`,
);

/** The used part of the error budget, if it is at least this. */
export function budget(least = 0): Expectation {
  return exactly(
    `SELECT deployment, environment, total(weight) AS value FROM the_groups LEFT JOIN budget_events USING (${groupKey}) GROUP BY 1, 2 HAVING value >= ${least}`,
  );
}
