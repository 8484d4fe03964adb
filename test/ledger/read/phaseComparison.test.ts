import { describe, expect, test } from 'vitest';
import { lastThree, phaseComparison } from '../../../src/ledger/read/phaseComparison.ts';
import { type TestLedger, testLedger } from './testLedger.ts';

/** One deployment with one run of `migration`. */
function migrated(
  ledger: TestLedger,
  seconds: number | string | null,
  more: Record<string, string | number> = {},
): string {
  const { service, status, of_rollback, late, ...deployment } = more;
  const run = { service, status, of_rollback, late };
  const id = ledger.deployment(deployment);
  const given = Object.fromEntries(Object.entries(run).filter(([, value]) => value !== undefined));
  ledger.stage({
    deployment_id: id,
    stage: 'migration',
    duration_seconds: seconds,
    ...(given as Record<string, string>),
  });
  return id;
}

test('a run is slow above the p95 of the runs before it, but not at the p95', () => {
  const ledger = testLedger();
  for (const seconds of [10, 20, 30, 40, 50]) migrated(ledger, seconds);
  expect(phaseComparison(ledger.db, migrated(ledger, 50.001))).toEqual([
    expect.objectContaining({ stage: 'migration', runs: 5, medianSeconds: 30, p95Seconds: 50, slow: true }),
  ]);
  expect(phaseComparison(ledger.db, migrated(ledger, 50.001))[0]).toMatchObject({
    p95Seconds: 50.001,
    slow: false,
  });
});

test('runs are not compared if there are fewer than five', () => {
  const ledger = testLedger();
  for (let run = 0; run < 4; run++) migrated(ledger, 1);
  expect(phaseComparison(ledger.db, migrated(ledger, 99))[0]).toMatchObject({
    runs: 4,
    medianSeconds: null,
    p95Seconds: null,
    slow: false,
  });
});

test('only the last twenty runs are compared', () => {
  const ledger = testLedger();
  for (let run = 0; run < 10; run++) migrated(ledger, 1000);
  for (let run = 1; run <= 20; run++) migrated(ledger, run);
  expect(phaseComparison(ledger.db, migrated(ledger, 19.5))[0]).toMatchObject({
    runs: 20,
    medianSeconds: 10,
    p95Seconds: 19,
    slow: true,
  });
});

test('invalid durations that another program wrote are not compared', () => {
  const ledger = testLedger();
  for (const seconds of [10, 10, 10, 10, 10, 'abc', -5, Number.POSITIVE_INFINITY, null])
    migrated(ledger, seconds);
  expect(phaseComparison(ledger.db, migrated(ledger, 31))[0]).toMatchObject({
    runs: 5,
    medianSeconds: 10,
    verdict: { word: 'slower', spread: 0 },
  });
  expect(phaseComparison(ledger.db, migrated(ledger, 'abc'))).toEqual([]);
});

test('the comparison of a deployment does not change after later deployments', () => {
  const ledger = testLedger();
  for (let run = 0; run < 5; run++) migrated(ledger, 10);
  const id = migrated(ledger, 20);
  const before = phaseComparison(ledger.db, id);
  for (let run = 0; run < 20; run++) migrated(ledger, 500);
  expect(phaseComparison(ledger.db, id)).toEqual(before);
});

describe('Runs that are compared', () => {
  test.each([
    ['same deployment', { deployment: 'portal' }],
    ['same environment', { environment: 'staging' }],
    ['same service', { service: 'worker' }],
    ['successful ones only', { status: 'failed' }],
    ['no discarded ones', { discarded: 1 }],
    ['no rollbacks', { of_rollback: 1 }],
    ['no late ones', { late: 1 }],
  ])('runs are compared only with runs of the same kind: %s', (_, other) => {
    const ledger = testLedger();
    for (let run = 0; run < 30; run++) migrated(ledger, 1, other);
    for (let run = 0; run < 5; run++) migrated(ledger, 10);
    for (let run = 0; run < 30; run++) migrated(ledger, 1, other);
    expect(phaseComparison(ledger.db, migrated(ledger, 10))[0]).toMatchObject({ runs: 5, medianSeconds: 10 });
  });
});

test('a phase that ran twice counts as two runs, and an open one is left out', () => {
  const ledger = testLedger();
  const id = migrated(ledger, 1);
  ledger.stage({ deployment_id: id, stage: 'migration', duration_seconds: 2 });
  ledger.stage({ deployment_id: id, stage: 'cutover', duration_seconds: null, status: 'running' });
  expect(phaseComparison(ledger.db, id).map((one) => [one.durationSeconds, one.runs])).toEqual([
    [1, 0],
    [2, 1],
  ]);
});

test('an unknown deployment has no phases', () => {
  expect(phaseComparison(testLedger().db, 'nobody')).toEqual([]);
});

test('a run that failed gets no verdict, since its time ends with the failure', () => {
  const ledger = testLedger();
  for (let run = 0; run < 5; run++) migrated(ledger, 10);
  expect(phaseComparison(ledger.db, migrated(ledger, 1, { status: 'failed' }))[0]).toMatchObject({
    medianSeconds: 10,
    verdict: null,
  });
  expect(phaseComparison(ledger.db, migrated(ledger, 1))[0]?.verdict?.word).toBe('faster');
});

test('the last three runs are each compared with the runs before them', () => {
  const ledger = testLedger();
  for (const seconds of [10, 10, 10, 10, 10, 30]) migrated(ledger, seconds);
  const deploymentId = migrated(ledger, 31);
  const [run] = phaseComparison(ledger.db, deploymentId);
  const three = lastThree(ledger.db, { deploymentId, runId: run?.runId ?? '' });
  expect(three.map((one) => [one.durationSeconds, one.runs, one.verdict?.word])).toEqual([
    [31, 6, 'slower'],
    [30, 5, 'slower'],
    [10, 4, undefined],
  ]);
  expect(three[0]).toEqual(run);
});
