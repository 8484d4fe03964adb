import { describe, expect, test } from 'vitest';
import { emptyStatistics, readStatistics } from '../../../src/ledger/read/statistics.ts';
import { testLedger } from './testLedger.ts';

describe('Counts', () => {
  test('a warning counts as a success, and running, discarded and incomplete deployments are not counted', () => {
    const ledger = testLedger();
    ledger.deployment();
    ledger.deployment({ deployment_status: 'warning' });
    ledger.deployment({ deployment_status: 'failed' });
    ledger.deployment({ deployment_status: 'in-progress', total_duration: null });
    ledger.deployment({ deployment_status: 'discarded', discarded: 1 });
    ledger.deployment({ deployment_status: 'success', discarded: 1 });
    ledger.deployment({ deployment_status: 'success', fragment: 1 });
    expect(readStatistics(ledger.db, {})).toMatchObject({ total: 3, successful: 2, warning: 1, failed: 1 });
  });

  test('an empty ledger has zero counts, and no values for what was not measured', () => {
    expect(readStatistics(testLedger().db, {})).toEqual(emptyStatistics);
    expect(emptyStatistics.totalSeconds).toEqual({
      count: 0,
      median: null,
      p95: null,
      mean: null,
      min: null,
      max: null,
    });
  });

  test('every filter limits the statistics', () => {
    const ledger = testLedger();
    ledger.deployment({ deployment_started_at: '2026-01-01T00:00:00.000Z' });
    ledger.deployment({ deployment_started_at: '2026-02-01T00:00:00.000Z', environment: 'staging' });
    ledger.deployment({ deployment_started_at: '2026-03-01T00:00:00.000Z', deployment: 'portal' });
    ledger.deployment({ deployment_started_at: '2026-04-01T00:00:00.000Z', deployment_status: 'failed' });
    const total = (filter: Parameters<typeof readStatistics>[1]) => readStatistics(ledger.db, filter).total;
    expect(total({ sinceMs: Date.parse('2026-02-01T00:00:00Z') })).toBe(3);
    expect(total({ deployment: 'portal' })).toBe(1);
    expect(total({ environment: 'production' })).toBe(3);
    expect(total({ status: 'failed' })).toBe(1);
    expect(total({ status: 'in-progress' })).toBe(0);
    expect(total({ deployment: "x' OR 1=1 --" })).toBe(0);
  });
});

test('a limit selects the last finished deployments that match the filters', () => {
  const ledger = testLedger();
  for (const total of [1, 2, 3, 4]) ledger.deployment({ total_duration: total, extract_duration: total });
  ledger.deployment({ deployment_status: 'failed' });
  ledger.deployment({ environment: 'staging', total_duration: 9 });
  ledger.deployment({ deployment_status: 'in-progress', total_duration: null });
  const last = readStatistics(ledger.db, { environment: 'production', limit: 3 });
  expect(last).toMatchObject({ total: 3, failed: 1, totalSeconds: { count: 2, min: 3, max: 4 } });
  expect(last.phases).toMatchObject([{ stage: 'extract', deployments: 2, meanSeconds: 3.5 }]);
  expect(last.trend.map((point) => point.totalSeconds)).toHaveLength(3);
});

describe('Durations', () => {
  test('durations are of successful deployments only, including warnings', () => {
    const ledger = testLedger();
    ledger.deployment({ total_duration: 100, health_check_duration: 2 });
    ledger.deployment({ total_duration: 200, deployment_status: 'warning' });
    ledger.deployment({ total_duration: 9000, deployment_status: 'failed' });
    const { totalSeconds, healthCheckSeconds } = readStatistics(ledger.db, {});
    expect(totalSeconds).toEqual({ count: 2, median: 100, p95: 200, mean: 150, min: 100, max: 200 });
    expect(healthCheckSeconds).toMatchObject({ count: 1, mean: 2 });
  });

  test('downtime is the duration of the cutover if none was measured', () => {
    const ledger = testLedger();
    ledger.deployment({ cutover_duration: 10 });
    ledger.deployment({ cutover_duration: 10, downtime_duration: 0 });
    ledger.deployment();
    expect(readStatistics(ledger.db, {}).downtimeSeconds).toMatchObject({
      count: 2,
      mean: 5,
      min: 0,
      max: 10,
    });
  });

  test('time to healthy is compared as a number, though its column is text', () => {
    const ledger = testLedger();
    for (const text of ['9.5', '75.2', '100.4']) ledger.deployment({ time_to_healthy: text });
    expect(readStatistics(ledger.db, {}).timeToHealthySeconds).toMatchObject({
      median: 75.2,
      mean: expect.closeTo(61.7, 9),
      min: 9.5,
      max: 100.4,
    });
  });
});

describe('Phases', () => {
  test('named phases take their share from the columns, and custom ones from their runs', () => {
    const ledger = testLedger();
    const id = ledger.deployment({ total_duration: 100, migration_duration: 50, extract_duration: 10 });
    ledger.deployment({ total_duration: 100, extract_duration: 30 });
    ledger.stage({ deployment_id: id, stage: 'migration', duration_seconds: 50 });
    ledger.stage({ deployment_id: id, stage: 'warm_up', duration_seconds: 20 });
    expect(readStatistics(ledger.db, {}).phases).toEqual([
      { stage: 'migration', deployments: 1, meanSeconds: 50, medianSeconds: 50, p95Seconds: 50, share: 0.25 },
      { stage: 'extract', deployments: 2, meanSeconds: 20, medianSeconds: 10, p95Seconds: 30, share: 0.2 },
      {
        stage: 'warm_up',
        deployments: 1,
        meanSeconds: expect.closeTo(20, 3),
        medianSeconds: 20,
        p95Seconds: 20,
        share: expect.closeTo(0.1, 5),
      },
    ]);
  });

  test('parallel runs count once, and failed deployments, rollbacks and late marks do not count', () => {
    const ledger = testLedger();
    const id = ledger.deployment({ deployment_started_at: '2026-01-14T10:00:00.000Z', total_duration: 100 });
    const failed = ledger.deployment({ deployment_status: 'failed' });
    const run = { deployment_id: id, stage: 'warm_up' };
    ledger.stage({ ...run, started_at: '2026-01-14T10:00:10.000Z', duration_seconds: 20 });
    ledger.stage({ ...run, started_at: '2026-01-14T10:00:20.000Z', duration_seconds: 20, service: 'worker' });
    ledger.stage({ ...run, of_rollback: 1 });
    ledger.stage({ ...run, late: 1 });
    ledger.stage({ ...run, deployment_id: failed });
    expect(readStatistics(ledger.db, {}).phases).toMatchObject([
      { stage: 'warm_up', deployments: 1, meanSeconds: expect.closeTo(30, 2), share: expect.closeTo(0.3, 3) },
    ]);
  });
});

test('the trend has the last twenty finished deployments, oldest first', () => {
  const ledger = testLedger();
  for (let total = 1; total <= 25; total++) ledger.deployment({ total_duration: total });
  ledger.deployment({ deployment_status: 'in-progress', total_duration: null });
  const { trend } = readStatistics(ledger.db, {});
  expect(trend.map((point) => point.totalSeconds)).toEqual(Array.from({ length: 20 }, (_, i) => i + 6));
});
