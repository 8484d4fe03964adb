import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test, vi } from 'vitest';
import { backtest } from '../../../src/backtest/backtest.ts';
import type { History, MetricEvent } from '../../../src/backtest/history.ts';
import { emptyHistory } from '../../../src/backtest/historyOf.ts';
import { noneChosen } from '../../../src/monitoring/rules/chosenThresholds.ts';
import { group, histogram, outcomes, type Points, type Series } from './cases/series.ts';
import { inputSeries, runTests, shippedRule, withFolder } from './promtool.ts';

vi.setConfig({ testTimeout: 120_000 });

/** A deployment that ends at a scrape. */
interface Ended {
  readonly minute: number;
  readonly failed: boolean;
  readonly seconds: number;
  readonly downSeconds: number;
  readonly badChecks: number;
  readonly goodChecks: number;
}

const untilMinute = 180;
/** At the edges, the results depend on scrapes, evaluations and the extrapolation of `increase()`. */
const edgeMinutes = 1.5;
const compared = [
  'DeploymentFailed',
  'DeploymentSuccessRateLow',
  'TimeToDeployHigh',
  'DeploymentLong',
  'HighDowntime',
  'HealthCheckFailuresPostDeploy',
  'PostDeploymentHealthChecksFailing',
];

const ended: fc.Arbitrary<Ended> = fc.record({
  minute: fc.integer({ min: 4, max: 4 * 120 }).map((quarters) => quarters / 4),
  failed: fc.boolean(),
  seconds: fc.constantFrom(50, 290, 310, 590, 700),
  downSeconds: fc.constantFrom(3, 29, 31),
  badChecks: fc.integer({ min: 0, max: 3 }),
  goodChecks: fc.integer({ min: 0, max: 7 }),
});
const histories = fc.array(ended, { minLength: 1, maxLength: 9 });

test('a backtest gives the same alerts as Prometheus for the same events, except at the edges', () => {
  const told = fc.sample(histories, { numRuns: 8, seed: 4 }).map(compare);
  const asked = told.flatMap(({ promql_expr_test }) => promql_expr_test);
  const firing = asked.filter(({ exp_samples }) => exp_samples.length > 0);
  expect(firing.length).toBeGreaterThan(50);
  expect(asked.length - firing.length).toBeGreaterThan(50);
  expect(tried(told)).toBeNull();
  // With other windows the results differ, so the comparison detects differences.
  expect(tried(told.slice(0, 2), (expr) => expr.replaceAll(/\[\d+m\]/g, '[2m]'))).toMatch(
    /exp: ?.*\n\s+got: ?/,
  );
});

function tried(tests: readonly unknown[], change = (expr: string) => expr): string | null {
  const rules = compared.map(shippedRule).map((rule) => ({ ...rule, expr: change(rule.expr) }));
  return withFolder((folder) => {
    writeFileSync(join(folder, 'rules.yml'), JSON.stringify({ groups: [{ name: 'compared', rules }] }));
    return runTests(folder, { rule_files: ['rules.yml'], evaluation_interval: '15s', tests });
  });
}

function compare(happened: readonly Ended[]) {
  const sorted = [...happened].sort((one, other) => one.minute - other.minute);
  const period = { sinceMs: 0, untilMs: untilMinute * 60_000, chosen: noneChosen };
  const found = backtest(historyOf(sorted), period).alerts.filter(({ rule }) => compared.includes(rule.name));
  const promql_expr_test = found.flatMap(({ rule, shipped }) =>
    minutesOf(shipped.flatMap(({ fromMs, toMs }) => [fromMs, toMs])).map((minute) => ({
      expr: `count(ALERTS{alertname="${rule.name}",alertstate="firing"})`,
      eval_time: `${minute}m`,
      exp_samples: shipped.some(({ fromMs, toMs }) => fromMs <= minute * 60_000 && minute * 60_000 < toMs)
        ? [{ labels: '{}', value: 1 }]
        : [],
    })),
  );
  return { interval: '15s', input_series: inputSeries(seriesOf(sorted)), promql_expr_test };
}

/** Every seventh minute that is far from all edges. */
function minutesOf(edgesMs: readonly number[]): number[] {
  const all = Array.from({ length: Math.floor(untilMinute / 7) }, (_, index) => 5 + index * 7);
  return all.filter((minute) => edgesMs.every((ms) => Math.abs(ms / 60_000 - minute) > edgeMinutes));
}

function historyOf(all: readonly Ended[]): History {
  const events = new Map<string, MetricEvent[]>([
    ['deployment_total', all.map((one) => event(one, 1, { status: one.failed ? 'failure' : 'success' }))],
    ['deployment_duration_seconds', all.map((one) => event(one, one.seconds))],
    ['time_to_deploy_seconds', all.filter(({ failed }) => !failed).map((one) => event(one, one.seconds))],
    ['deployment_downtime_seconds', all.map((one) => event(one, one.downSeconds))],
    [
      'api_health_check_latency_ms_count',
      all.flatMap((one) => [
        event(one, one.badChecks, { status: 'unhealthy' }),
        event(one, one.goodChecks, { status: 'healthy' }),
      ]),
    ],
  ]);
  const has = (labels: Record<string, string>) => (one: MetricEvent) =>
    Object.entries(labels).every(([name, value]) => one.labels[name] === value);
  return {
    ...emptyHistory,
    eventsOf: (metric, labels) => (events.get(metric) ?? []).filter(has({ ...labels })),
  };
}

function event({ minute }: Ended, amount: number, labels: Record<string, string> = {}): MetricEvent {
  return { atMs: minute * 60_000, amount, labels: { ...group, ...labels } };
}

function seriesOf(all: readonly Ended[]): Series {
  const until = untilMinute;
  const measured = (some: readonly Ended[], of: (one: Ended) => number) =>
    some.map((one) => [one.minute, of(one)] as const);
  const count = (of: (one: Ended) => number): Points => {
    const points: [number, number][] = [[0, 100]];
    for (const one of all) points.push([one.minute, (points.at(-1)?.[1] ?? 0) + of(one)]);
    return points;
  };
  return {
    ...outcomes(
      'deployment_total',
      { success: count(({ failed }) => (failed ? 0 : 1)), failure: count(({ failed }) => (failed ? 1 : 0)) },
      { until },
    ),
    ...outcomes(
      'api_health_check_latency_ms_count',
      { healthy: count(({ goodChecks }) => goodChecks), unhealthy: count(({ badChecks }) => badChecks) },
      { until },
    ),
    ...histogram(
      'deployment_duration_seconds',
      measured(all, ({ seconds }) => seconds),
      { until },
    ),
    ...histogram(
      'deployment_downtime_seconds',
      measured(all, ({ downSeconds }) => downSeconds),
      { until },
    ),
    ...histogram(
      'time_to_deploy_seconds',
      measured(
        all.filter(({ failed }) => !failed),
        ({ seconds }) => seconds,
      ),
      { until },
    ),
  };
}
