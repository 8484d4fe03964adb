import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { recordingGroups } from '../../../src/monitoring/rules/groups.ts';
import { histogram, named, of, outcomes, type Points, type Series, values } from './cases/series.ts';
import { inputSeries, runTests, withFolder } from './promtool.ts';

const grows = (amount: number): Points => [
  [0, 0],
  [2, amount],
];
const counters = (name: string, good: Record<string, number>) =>
  outcomes(
    name,
    Object.fromEntries(Object.entries(good).map(([status, amount]) => [status, grows(amount)])),
    { until: 60 },
  );

/** 20 deployments end in minute 2; one of them fails and one is rolled back. */
const series: Series = {
  ...counters('deployment_total', { success: 19, failure: 1 }),
  [of('deployment_slo_bad_total')]: values(grows(2), 60),
  ...counters('api_health_check_latency_ms_count', { healthy: 99, unhealthy: 1 }),
  ...counters('migration_total', { success: 9, failure: 1 }),
  ...counters('smoke_test_total', { success: 48, failure: 2 }),
  ...histogram('time_to_deploy_seconds', [[2, 500]], { until: 60 }),
  ...histogram('deployment_downtime_seconds', [[2, 12]], { until: 60 }),
  [of('deployment_error_budget_consumed_total', { cause: 'deploy_failed' })]: values(grows(1), 60),
  [of('deployment_error_budget_consumed_total', { cause: 'rollback_health' })]: values(grows(0.5), 60),
  [of('deployment_stage_last_duration_seconds', { service: 'api', stage: 'migration' })]: values(
    grows(7.5),
    60,
  ),
  [of('deployment_last_duration_seconds')]: values(grows(130), 60),
};
const level = (name: string) => [`deployment_environment:${name}`, labelsOf(named)] as const;
const at = 50;
/** As rounded by the query: windows extrapolate a count, but never a ratio. */
const recorded: readonly (readonly [record: string, labels: string, value: number])[] = [
  [
    'deployment_stage_duration_seconds',
    labelsOf({ job: 'deploytrack', instance: 'web-1', ...named, service: 'api', stage: 'migration' }),
    7.5,
  ],
  ['deployment_duration_seconds', labelsOf({ job: 'deploytrack', instance: 'web-1', ...named }), 130],
  [...level('deployment_bad:ratio_increase1h'), 0.1],
  [...level('deployment_bad:ratio_increase6h'), 0.1],
  [...level('deployment_bad:ratio_increase3d'), 0.1],
  [...level('deployment_total:increase1h'), 20],
  [...level('deployment_total:increase6h'), 20],
  [...level('deployment_total:increase3d'), 20],
  [...level('deployment:good_ratio_increase30d'), 0.9],
  [...level('time_to_deploy_seconds:p95_increase30d'), 591],
  [...level('health_check:success_ratio_increase30d'), 0.99],
  [...level('migration:success_ratio_increase30d'), 0.9],
  [...level('smoke_test:success_ratio_increase30d'), 0.96],
  [...level('deployment_downtime_seconds:p95_increase30d'), 14.75],
  [...level('error_budget_used:increase30d'), 1.5],
];

const asks = (expr: string, exp_samples: unknown[], minute = at) => ({
  expr,
  eval_time: `${minute}m`,
  exp_samples,
});

test('the recorded bare names, ratios of bad deployments, SLIs 1 to 5 and the error budget have the right values', () => {
  const asked = recorded.map(([record, labels, value]) =>
    asks(`round(${record}, 0.01)`, [{ labels, value: Number(value.toFixed(2)) }]),
  );
  expect(tried(asked)).toBeNull();
});

test('the recorded ratios of short windows have the right values while events are in the window', () => {
  const asked = ['5m', '30m'].map((window) =>
    asks(
      `round(deployment_environment:deployment_bad:ratio_increase${window}, 0.01)`,
      [{ labels: labelsOf(named), value: 0.1 }],
      4,
    ),
  );
  expect(tried(asked)).toBeNull();
});

test('every recorded name is tested here', () => {
  const names = recordingGroups().groups.flatMap(({ rules }) =>
    rules.flatMap((rule) => ('record' in rule ? [rule.record] : [])),
  );
  const short = ['5m', '30m'].map(
    (window) => `deployment_environment:deployment_bad:ratio_increase${window}`,
  );
  expect([...recorded.map(([record]) => record), ...short].sort()).toEqual(names.sort());
});

test('a wrong value is detected', () => {
  const wrong = asks('deployment_duration_seconds', [
    { labels: labelsOf({ job: 'deploytrack', instance: 'web-1', ...named }), value: 131 },
  ]);
  expect(tried([wrong])).toMatch(/exp: .*\n\s+got: /);
});

function tried(asked: readonly unknown[]): string | null {
  return withFolder((folder) => {
    writeFileSync(join(folder, 'rules.yml'), JSON.stringify(recordingGroups()));
    return runTests(folder, {
      rule_files: ['rules.yml'],
      evaluation_interval: '15s',
      tests: [{ interval: '15s', input_series: inputSeries(series), promql_expr_test: asked }],
    });
  });
}

function labelsOf(labels: Readonly<Record<string, string>>): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(',')}}`;
}
