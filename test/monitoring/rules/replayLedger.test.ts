import { describe, expect, test } from 'vitest';
import { backtest } from '../../../src/backtest/backtest.ts';
import { historyOf } from '../../../src/backtest/historyOf.ts';
import { readEvents } from '../../../src/ledger/read/eventRows.ts';
import { chosenThresholds, noneChosen } from '../../../src/monitoring/rules/chosenThresholds.ts';
import { type LedgerWorld, ledgerWorld } from '../../ledger/ledgerWorld.ts';
import { errorRateMark, exited, smokeMark } from '../../ledger/makeMarks.ts';
import { scriptOf } from '../../ledger/script.ts';

const hour = 3600;
const historyIn = (world: LedgerWorld) => historyOf(readEvents(world.database, '1970-01-01T00:00:00.000Z'));

/** Alerts since the start: name, seconds from then to begin and end (null: still firing), value. */
function fired(world: LedgerWorld, beganMs: number, chosen = noneChosen) {
  const until = world.context.instant().wallMs;
  const found = backtest(historyIn(world), { sinceMs: beganMs, untilMs: until, chosen });
  const seconds = (ms: number) => (Number.isFinite(ms) ? Math.round((ms - beganMs) / 1000) : null);
  return found.alerts.flatMap(({ rule, shipped, given }) =>
    (given?.firings ?? shipped).map(({ fromMs, toMs, value }) => [
      rule.name,
      seconds(fromMs),
      seconds(toMs),
      Number(value.toFixed(3)),
    ]),
  );
}

/** An empty ledger and its first moment. */
function begin(): { world: LedgerWorld; beganMs: number } {
  const world = ledgerWorld();
  return { world, beganMs: world.context.instant().wallMs };
}

describe('Backtest of recorded marks', () => {
  test('a backtest finds a failure, a slow migration, a long outage and a hanging deployment', () => {
    const { world, beganMs } = begin();
    const first = scriptOf(world, 'd1');
    first.start();
    first.wrap('migration', { seconds: 130, migrationCount: 1 });
    first.wrap('cutover', { seconds: 31 });
    first.finish({ status: 'failed' });
    world.pass(2 * hour - 161);
    scriptOf(world, 'd2').start();
    world.pass(hour);
    expect(fired(world, beganMs)).toEqual([
      ['DeploymentFailed', 161, 461, 1],
      ['DeploymentSuccessRateLow', 161 + 1800, 161 + 3600, 0],
      ['DeploymentTakingTooLong', 2 * hour + 900 + 120, null, hour],
      ['HighDowntime', 161, 161 + 900, 1],
      ['DatabaseMigrationSlow', 130, 130 + 900, 1],
      ['ErrorBudgetHalfSpent', 161 + 120, null, 1],
      ['ErrorBudgetExhausted', 161 + 120, null, 1],
      ['DowntimeP95High', 161 + 120, null, 58.5],
    ]);
  });

  test('a backtest finds failed checks and a rollback', () => {
    const { world, beganMs } = begin();
    const script = scriptOf(world, 'd1');
    script.start();
    script.health({ bad: 3, healthy: false });
    script.finish({ status: 'failed' });
    world.pass(600);
    script.rollback();
    world.pass(hour);
    const names = fired(world, beganMs).map(([name, from, to]) => [name, from, to]);
    expect(names).toEqual(
      expect.arrayContaining([
        ['HealthCheckFailuresPostDeploy', 2, 302],
        ['FailedHealthChecks', 3, 903],
        ['DeploymentNotHealthy', 420, 603],
        ['PostDeployHealthSLOBreached', 122, null],
      ]),
    );
  });

  test('a backtest uses changed thresholds for one environment', () => {
    const { world, beganMs } = begin();
    for (const environment of ['production', 'staging']) {
      const script = scriptOf(world, environment);
      script.start({ environment });
      script.wrap('cutover', { seconds: 40 });
      script.finish();
    }
    const downtimes = (words: string[], environment: string | null) =>
      fired(world, beganMs, chosenThresholds(words, environment)).filter(([name]) => name === 'HighDowntime');
    expect(downtimes(['HighDowntime=30s'], null).length).toBe(2);
    expect(downtimes(['HighDowntime=60s'], null)).toEqual([]);
    expect(downtimes(['HighDowntime=60s'], 'staging')).toEqual([['HighDowntime', 40, null, 1]]);
  });

  test('a backtest ignores discarded deployments and marks after the end', () => {
    const { world, beganMs } = begin();
    const discarded = scriptOf(world, 'd1');
    discarded.start();
    discarded.finish({ status: 'failed', discard: true });
    const closed = scriptOf(world, 'd2');
    closed.start();
    closed.finish();
    closed.wrap('migration', { seconds: 400, code: 1 });
    expect(fired(world, beganMs)).toEqual([]);
  });
});

test('a backtest replays exactly the counted events', () => {
  const { world } = begin();
  for (const number of Array.from({ length: 12 }, (_, index) => index)) {
    const script = scriptOf(world, `d${number}`);
    script.start();
    script.wrap('migration', { code: number % 4 === 0 ? 1 : 0, migrationCount: number % 3 });
    script.wrap('cutover');
    script.health({ bad: 1 + (number % 5), healthy: number % 6 !== 0 });
    script.finish({ status: number % 5 === 0 ? 'failed' : 'success' });
    if (number % 3 === 0) script.rollback({ reason: 'error rate', success: number % 2 === 0 });
    world.pass(hour);
  }
  const history = historyIn(world);
  const sum = (metric: string, labels: Record<string, string>) =>
    history.eventsOf(metric, labels).reduce((all, { amount }) => all + amount, 0);
  const outcomes = ['success', 'failure'];
  const counted = (metric: string) => outcomes.map((status) => [metric, status, sum(metric, { status })]);
  const kept = (metric: string) => outcomes.map((status) => [metric, status, world.total(metric, [status])]);
  for (const metric of ['deployment_total', 'migration_total', 'deployment_health_verification_total'])
    expect(counted(metric)).toEqual(kept(metric));
  for (const status of outcomes)
    expect(sum('deployment_rollback_total', { reason: 'error_rate', status })).toBe(
      world.total('deployment_rollback_total', ['error_rate', status]),
    );
  for (const status of ['healthy', 'unhealthy'])
    expect(sum('api_health_check_latency_ms_count', { status })).toBe(
      world.observed('api_health_check_latency_ms', [status]).count,
    );
  for (const metric of [
    'deployment_duration_seconds',
    'time_to_deploy_seconds',
    'deployment_downtime_seconds',
  ])
    expect(history.eventsOf(metric, {}).length).toBe(world.observed(metric).count);
  expect(sum('deployment_total', {})).toBe(12);
});

test('a backtest covers smoke tests, error rates and the error budget', () => {
  const { world, beganMs } = begin();
  const script = scriptOf(world, 'd1');
  script.start();
  script.finish();
  const at = world.context.instant();
  world.apply(smokeMark(at, { test: 'login', result: exited(1) }));
  world.apply(errorRateMark(at, { errorRate: 0.06 }));
  script.rollback({ reason: 'health_check_failed' });
  world.pass(2 * hour);
  expect(fired(world, beganMs)).toEqual([
    ['HighErrorRatePostDeploy', 120, hour, 0.06],
    ['SmokeTestsFailingPostDeploy', 0, 600, 1],
    ['ErrorBudgetHalfSpent', 120, null, 0.5],
    ['SmokeTestSLOBreached', 120, null, 0],
  ]);
});
