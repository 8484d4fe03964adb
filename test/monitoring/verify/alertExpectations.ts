import { type Expectation, exactly, nothing } from './expectation.ts';
import * as facts from './facts.ts';
import * as health from './healthFacts.ts';
import * as now from './nowFacts.ts';
import * as records from './recordFacts.ts';

const key = 'instance, deployment, environment';
const group = 'deployment, environment';

/** The expected result of each alert's expression: what fires once its `for` is over. */
export const alertExpectations: Readonly<Record<string, Expectation>> = {
  DeploymentFailed: exactly(
    `SELECT ${key}, count(*) AS value FROM done WHERE outcome = 'failure' GROUP BY ${key}`,
  ),
  DeploymentSuccessRateLow: facts.successRate(group, { having: 'value < 0.95' }),
  RollbacksIncreasing: records.manyRollbacks,
  DeploymentTakingTooLong: now.runningLonger(900),
  TimeToDeployHigh: facts.timeToDeploy(group, { above: 600 }),
  TimeToDeployBudgetExceeded: facts.slower('time_to_deploy', { than: 1200, by: group, least: 2 }),
  DeploymentLong: facts.slower('total_duration', { than: 300 }),
  PostDeploymentHealthChecksFailing: health.healthy(group, { having: 'value < 0.9' }),
  HealthCheckFailuresPostDeploy: health.unhealthy(group, 2),
  HighErrorRatePostDeploy: exactly(
    `SELECT ${key}, service, deployment_id, value FROM error_rates
     WHERE value > 0.05 AND at_seconds() - unix_seconds(deployment_started_at) < 3600`,
  ),
  FailedHealthChecks: health.failedVerifications(),
  SlowHealthRecovery: facts.slower('time_to_healthy', { than: 60 }),
  DeploymentNotHealthy: exactly(
    `SELECT ${key}, at_seconds() - started AS value FROM latest JOIN last_verifications USING (${key})
     WHERE last_verifications.value = 0 AND at_seconds() - started > 300`,
  ),
  HighDowntime: facts.slower('coalesce(downtime_duration, cutover_duration)', { than: 30 }),
  DatabaseMigrationFailed: records.failedMigrations(),
  DatabaseMigrationSlow: facts.slowMigrations(120),
  DatabaseMigrationVerySlow: facts.slowMigrations(300),
  SmokeTestsFailingPostDeploy: records.smokeFailures,
  // All runs are of one day, so that the mean of a day is that of 30 days.
  PhaseSlowerThanUsual: nothing,
  ErrorBudgetHalfSpent: records.budget(0.5),
  ErrorBudgetExhausted: records.budget(1),
  ErrorBudgetBurnFast: facts.burning(0.144),
  ErrorBudgetBurnMedium: facts.burning(0.06),
  ErrorBudgetBurnSlow: facts.burning(0.01),
  PostDeployHealthSLOBreached: health.healthy(group, { having: 'value < 0.99' }),
  SmokeTestSLOBreached: records.smokeSuccess(group, 'value < 0.99'),
  DowntimeP95High: facts.downtime(group, 30),
  // The servers responded all the time, no push was rejected, and no ledger was restored.
  PushgatewayDown: nothing,
  DeploytrackPushFailing: nothing,
  DeploytrackCounterReset: nothing,
  DeploytrackGroupAbandoned: nothing,
};

/** Alerts without a `for`. */
export const atOnce: readonly string[] = [
  ...['DeploymentFailed', 'RollbacksIncreasing', 'TimeToDeployBudgetExceeded', 'DeploymentLong'],
  ...['HealthCheckFailuresPostDeploy', 'FailedHealthChecks', 'SlowHealthRecovery', 'HighDowntime'],
  ...['DatabaseMigrationFailed', 'DatabaseMigrationSlow', 'DatabaseMigrationVerySlow'],
  ...['SmokeTestsFailingPostDeploy', 'DeploytrackCounterReset'],
];
