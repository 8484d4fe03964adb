import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { latestChange } from '../../../src/ledger/analytics/changePoint.ts';
import { readRegressions } from '../../../src/ledger/analytics/regressions.ts';
import { firstStartMs, type TestLedger, testLedger } from '../read/testLedger.ts';

/** One deployment with one run of a phase; each has the next version. */
function ran(
  ledger: TestLedger,
  stage: string,
  seconds: readonly number[],
  more: Record<string, string> = {},
) {
  for (const duration_seconds of seconds) {
    const version = `2.${++count}`;
    ledger.stage({ deployment_id: ledger.deployment({ version, ...more }), stage, duration_seconds });
  }
}
let count = 0;

const found = (ledger: TestLedger, more: { deployment?: string; sinceMs?: number } = {}) =>
  readRegressions(ledger.db, { sinceMs: 0, ...more });

/** `many(3, 10)`: 10, 10.1, 9.9 */
function many(runs: number, seconds: number): number[] {
  return Array.from({ length: runs }, (_, run) => seconds * (1 + ((run % 3) - 1) / 100));
}

describe('Phases that became slower', () => {
  test('a phase is listed if two of its last three runs were slower, with the version since when', () => {
    const ledger = testLedger();
    count = 0;
    ran(ledger, 'migration', [...many(40, 12), ...many(5, 31)]);
    expect(found(ledger)).toMatchObject({
      judged: 1,
      regressions: [
        {
          ...{ deployment: 'gateway', environment: 'production', service: 'gateway', stage: 'migration' },
          ...{ durationSeconds: 31, medianSeconds: 12, slowerRuns: 3, verdict: { word: 'slower' } },
          since: { beforeSeconds: 12, afterSeconds: 31, until: '2.40', version: '2.41' },
        },
      ],
    });
  });

  test.each([
    ['one slow run', [...many(20, 12), 31], []],
    ['two slow runs with a usual one between them', [...many(20, 12), 31, 12, 31], ['build']],
    ['two slow runs, then two usual ones', [...many(20, 12), 31, 31, 12, 12], []],
    ['two faster runs', [...many(20, 12), 5, 5], []],
    ['four earlier runs', [12, 12, 12, 12, 31], []],
    ['50 ms more of 100 ms', [...many(20, 0.1), 0.15, 0.15], []],
  ])('what counts as slower: %s', (_, seconds, stages) => {
    const ledger = testLedger();
    ran(ledger, 'build', seconds);
    expect(found(ledger).regressions.map(({ stage }) => stage)).toEqual(stages);
  });

  test('a phase with two kinds of runs is not listed for two long ones', () => {
    const ledger = testLedger();
    const mixed = Array.from({ length: 24 }, (_, run) => (run % 4 === 3 ? 30 : 0.5));
    ran(ledger, 'migration', [...mixed, 30, 30]);
    expect(found(ledger)).toEqual({ regressions: [], judged: 1 });
    ran(ledger, 'migration', many(5, 30));
    expect(found(ledger).regressions).toMatchObject([{ stage: 'migration', since: { afterSeconds: 30 } }]);
  });

  test('only the selected deployment counts, and only phases that still run', () => {
    const ledger = testLedger();
    ran(ledger, 'build', [...many(6, 12), 31, 31]);
    ran(ledger, 'build', [...many(6, 12), 12, 12], { deployment: 'portal' });
    expect(found(ledger).regressions.map(({ deployment }) => deployment)).toEqual(['gateway']);
    expect(found(ledger, { deployment: 'portal' })).toEqual({ regressions: [], judged: 1 });
    expect(found(ledger, { sinceMs: firstStartMs + 3_600_000 }).judged).toBe(0);
  });

  test('older runs that were imported later are not the last ones', () => {
    const ledger = testLedger();
    ran(ledger, 'build', [...many(20, 12), 31, 31]);
    for (const [run, duration_seconds] of many(20, 40).entries()) {
      const at = new Date(firstStartMs - (30 - run) * 86_400_000).toISOString();
      const deployment_id = ledger.deployment({ version: `1.${run}`, deployment_started_at: at });
      ledger.stage({ deployment_id, stage: 'build', duration_seconds, started_at: at });
    }
    expect(found(ledger).regressions).toMatchObject([{ durationSeconds: 31, medianSeconds: 12 }]);
  });

  test('without a change-point the phase is listed all the same', () => {
    const ledger = testLedger();
    ran(ledger, 'build', [...many(6, 12), 31, 31]);
    expect(found(ledger).regressions).toMatchObject([{ stage: 'build', since: null }]);
  });
});

describe('The latest change of a series', () => {
  test.each([
    ['none in a constant series', Array<number>(50).fill(12), null],
    ['none in a series that is too short', [1, 1, 9, 9], null],
    ['a step', [...many(30, 12), ...many(10, 31)], { from: 0, at: 30 }],
    ['the later one of two steps', [...many(30, 12), ...many(30, 31), ...many(30, 50)], { from: 30, at: 60 }],
    ['not one outlier', [...many(20, 12), 900, ...many(20, 12)], null],
  ])('%s', (_, values, change) => {
    expect(latestChange(values)).toEqual(change);
  });

  test('whether there is a change depends on the order of size only, and both parts have three values', () => {
    const series = fc.array(fc.integer({ min: 1, max: 50 }), { maxLength: 100 });
    fc.assert(
      fc.property(series, (values) => {
        const change = latestChange(values);
        const squares = latestChange(values.map((value) => value * value * 3));
        expect(squares === null).toBe(change === null);
        if (change === null) return;
        expect(change.at - change.from).toBeGreaterThanOrEqual(3);
        expect(values.length - change.at).toBeGreaterThanOrEqual(3);
      }),
    );
  });
});
