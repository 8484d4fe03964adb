import { expect, test } from 'vitest';
import { catalogue } from '../../../src/metrics/catalogue.ts';
import { alerts } from '../../../src/monitoring/rules/alerts/alerts.ts';
import { burnRates, indicators } from '../../../src/monitoring/rules/objectives.ts';
import { thresholdText } from '../../../src/monitoring/rules/threshold.ts';
import { shippedRule } from './promtool.ts';

/** The thresholds, severities and durations that must not change, written a second time. */
const contract = `
DeploymentFailed                   0      critical  -
DeploymentSuccessRateLow           95%    high      30m
RollbacksIncreasing                3      high      -
DeploymentTakingTooLong            900s   high      2m
TimeToDeployHigh                   600s   high      2m
TimeToDeployBudgetExceeded         1200s  high      -
DeploymentLong                     300s   warning   -
PostDeploymentHealthChecksFailing  90%    critical  2m
HealthCheckFailuresPostDeploy      2      critical  -
HighErrorRatePostDeploy            5%     critical  2m
FailedHealthChecks                 0      critical  -
SlowHealthRecovery                 60s    warning   -
DeploymentNotHealthy               300s   critical  2m
HighDowntime                       30s    high      -
DatabaseMigrationFailed            0      critical  -
DatabaseMigrationSlow              120s   high      -
DatabaseMigrationVerySlow          300s   critical  -
SmokeTestsFailingPostDeploy        0      high      -
PhaseSlowerThanUsual               1.5x   warning   2m
ErrorBudgetHalfSpent               50%    warning   2m
ErrorBudgetExhausted               100%   high      2m
ErrorBudgetBurnFast                14.4x  critical  2m
ErrorBudgetBurnMedium              6x     high      2m
ErrorBudgetBurnSlow                1x     warning   2m
PostDeployHealthSLOBreached        99%    high      2m
SmokeTestSLOBreached               99%    high      2m
DowntimeP95High                    30s    high      2m
PushgatewayDown                    -      critical  2m
DeploytrackPushFailing             -      high      2m
DeploytrackCounterReset            -      warning   -
DeploytrackGroupAbandoned          30d    warning   2m`;

test('the alerts have the names, thresholds, severities and durations of the contract', () => {
  const found = alerts.map(({ name, condition: { threshold: figure } }) => {
    const rule = shippedRule(name);
    return [name, figure === null ? '-' : thresholdText(figure), rule.labels.severity, rule.for ?? '-'].join(
      ' ',
    );
  });
  const expected = contract
    .trim()
    .split('\n')
    .map((line) => line.replaceAll(/ +/g, ' '));
  expect(found).toEqual(expected);
});

test.each(alerts.map(({ name }) => name))('the alert %s says what happened, where and what to do', (name) => {
  const { annotations, expr } = shippedRule(name);
  expect(annotations.runbook_url).toBe(
    `https://github.com/deploytrack/deploytrack/blob/main/docs/alerts.md#${name.toLowerCase()}`,
  );
  expect(annotations.summary).toMatch(/^[A-Z{].{20,140}$/);
  expect(annotations.description).toMatch(/\.$/);
  const told = `${annotations.summary} ${annotations.description}`.match(/\$labels\.\w+/g) ?? [];
  expect(told).not.toEqual([]);
  // Recorded series get these labels from the rule that records them.
  if (name !== 'PushgatewayDown' && !expr.includes('deployment_environment:'))
    expect(expr).toMatch(/by \((instance, |le, )?deployment, environment/);
});

test('all rules query families that exist or are recorded', () => {
  const recorded = [...burnRates, ...indicators].map(({ record }) => record);
  const families = catalogue.flatMap(({ name }) => [name, `${name}_count`, `${name}_sum`, `${name}_bucket`]);
  const foreign = ['up', 'push_time_seconds', 'push_failure_time_seconds'];
  const known = new Set([...recorded, ...families, ...foreign]);
  const exprs = [
    ...alerts.map(({ name }) => shippedRule(name).expr),
    ...[...burnRates, ...indicators].map(({ expr }) => expr),
  ];
  const words = exprs.flatMap(
    (expr) =>
      expr
        .replaceAll(/\{[^}]*\}|\b(?:on|by) \([^)]*\)/g, '')
        .match(/(?<![\w:])(?:deployment_environment:[\w:]+|[a-z]\w*_\w+|up)(?![\w:])/g) ?? [],
  );
  expect([...new Set(words)].filter((word) => !known.has(word) && word !== 'histogram_quantile')).toEqual([]);
  expect(new Set(words).size).toBeGreaterThan(30);
});
