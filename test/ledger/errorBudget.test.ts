import { expect, test } from 'vitest';
import type { RollbackMark } from '../../src/marks.ts';
import { ledgerWorld } from './ledgerWorld.ts';
import { type Script, scriptOf } from './script.ts';

/** Totals of amounts are stored in millionths. */
const microsPerDeployment = 1_000_000;

/** A deployment that succeeded and was rolled back afterwards, once for each reason. */
function rolledBack(...reasons: string[]) {
  const world = ledgerWorld();
  const script = scriptOf(world);
  script.start();
  world.pass(30);
  script.finish();
  for (const reason of reasons) {
    world.pass(60);
    script.rollback({ reason } satisfies Partial<RollbackMark>);
  }
  const events = world.rows('SELECT cause, weight FROM error_budget_events ORDER BY rowid');
  return {
    events: events.map(({ cause, weight }) => [cause, weight]),
    spent: (cause: string) =>
      world.total('deployment_error_budget_consumed_total', [cause]) / microsPerDeployment,
    bad: world.total('deployment_slo_bad_total'),
  };
}

test('a rollback for bad health uses half a deployment of the error budget, and any other reason a whole one', () => {
  expect(rolledBack('health_check_failed').events).toEqual([['rollback_health', 0.5]]);
  expect(rolledBack('error_rate').events).toEqual([['rollback_error', 1]]);
  expect(rolledBack('test_failed').events).toEqual([['smoke_test_failed', 1]]);
});

test('a deployment that is rolled back twice uses at most one whole deployment of the error budget', () => {
  const { events, spent } = rolledBack('health_check_failed', 'error_rate');
  expect(events).toEqual([
    ['rollback_health', 0.5],
    ['rollback_error', 0.5],
  ]);
  expect(spent('rollback_health') + spent('rollback_error')).toBe(1);
});

test('a deployment that is rolled back twice counts as one bad deployment', () => {
  expect(rolledBack('health_check_failed', 'error_rate').bad).toBe(1);
});

test('a failed deployment that is rolled back counts as one bad deployment', () => {
  const world = ledgerWorld();
  const script = scriptOf(world);
  script.start();
  script.finish({ exitCode: 3 });
  world.pass(60);
  script.rollback({ reason: 'health_check_failed' });
  expect(world.total('deployment_slo_bad_total')).toBe(1);
  expect(world.rows('SELECT cause, weight FROM error_budget_events')).toEqual([
    { cause: 'deploy_failed', weight: 1 },
  ]);
});

test('the cause of a failed deployment is its migration if its last run failed', () => {
  const causeOf = (fail: (script: Script) => void) => {
    const world = ledgerWorld();
    const script = scriptOf(world);
    script.start();
    fail(script);
    script.finish({ exitCode: 3 });
    return world.rows('SELECT cause FROM error_budget_events').map(({ cause }) => cause);
  };
  expect(causeOf(() => {})).toEqual(['deploy_failed']);
  expect(causeOf((script) => script.wrap('migration', { code: 1 }))).toEqual(['migration_failed']);
  expect(
    causeOf((script) => {
      script.wrap('migration', { code: 1 });
      script.wrap('migration');
    }),
  ).toEqual(['deploy_failed']);
});
