import { expect, test } from 'vitest';
import { chosenThresholds } from '../../../src/monitoring/rules/chosenThresholds.ts';
import { type AlertCase, group, histogram, of, outcomes, type Points } from './cases/series.ts';
import { rulesOf, tryRules } from './promtool.ts';

const down = (seconds: number, environment: string) =>
  histogram('deployment_downtime_seconds', [[2, seconds]], { labels: { environment }, until: 30 });
const staging = { ...group, environment: 'staging' };
const highDowntime = (title: string, told: Pick<AlertCase, 'series' | 'firing'>): AlertCase => ({
  alert: 'HighDowntime',
  title,
  at: 10,
  ...told,
});

test('a threshold for one environment applies there, and the default applies elsewhere', () => {
  const rules = rulesOf('HighDowntime', chosenThresholds(['HighDowntime=60s'], 'staging'));
  const cases = [
    highDowntime('31 s in both', {
      series: { ...down(31, 'production'), ...down(31, 'staging') },
      firing: [group],
    }),
    highDowntime('61 s in both', {
      series: { ...down(61, 'production'), ...down(61, 'staging') },
      firing: [group, staging],
    }),
    highDowntime('30 s in both', {
      series: { ...down(30, 'production'), ...down(30, 'staging') },
      firing: [],
    }),
  ];
  expect(rules.length).toBe(2);
  expect(tryRules(rules, cases)).toBeNull();
});

test('a threshold without an environment applies everywhere', () => {
  const rules = rulesOf('HighDowntime', chosenThresholds(['HighDowntime=60s'], null));
  const cases = [
    highDowntime('60 s', { series: { ...down(60, 'production'), ...down(60, 'staging') }, firing: [] }),
    highDowntime('61 s', { series: down(61, 'production'), firing: [group] }),
  ];
  expect(rules.length).toBe(1);
  expect(tryRules(rules, cases)).toBeNull();
});

test('an environment is used exactly as it is spelled', () => {
  const environment = 'a"b\\c}';
  const rules = rulesOf('DeploymentFailed', chosenThresholds(['DeploymentFailed=1'], environment));
  const points = (failures: number): Points => [
    [0, 0],
    [2, failures],
  ];
  const failed = (failures: number) =>
    outcomes('deployment_total', { failure: points(failures) }, { labels: { environment }, until: 30 });
  const failing = { alert: 'DeploymentFailed', at: 3 };
  expect(Object.keys(failed(1))[0]).toBe(of('deployment_total', { environment, status: 'failure' }));
  expect(
    tryRules(rules, [
      { ...failing, title: 'one', series: failed(1), firing: [] },
      { ...failing, title: 'two', series: failed(2), firing: [{ ...group, environment }] },
    ]),
  ).toBeNull();
});

test('the description of an alert shows the threshold of its rule', () => {
  const described = rulesOf('DowntimeP95High', chosenThresholds(['DowntimeP95High=60s'], 'staging')).map(
    ({ annotations }) => annotations.description,
  );
  expect(described).toEqual([expect.stringContaining('above 30s'), expect.stringContaining('above 60s')]);
});
