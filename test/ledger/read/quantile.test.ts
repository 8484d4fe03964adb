import fc from 'fast-check';
import { expect, test } from 'vitest';
import { buckets } from '../../../src/buckets.ts';
import { nearestRank, quantiles } from '../../../src/ledger/read/summary.ts';

const seconds = fc.array(fc.double({ min: 0, max: 5000, noNaN: true }), { minLength: 1, maxLength: 200 });

test('the quantile of no values is null', () => {
  expect(quantiles([])).toEqual({ count: 0, median: null, p95: null });
});

test('the 95 % quantile of 20 values is the 19th, and of 19 the last', () => {
  const upTo = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
  expect(nearestRank(upTo(20), 95)).toBe(19);
  expect(nearestRank(upTo(19), 95)).toBe(19);
  expect(quantiles([3, 1, 2, 4])).toEqual({ count: 4, median: 2, p95: 4 });
});

test('values are sorted as numbers', () => {
  expect(quantiles([100, 9, 20]).median).toBe(20);
});

test('the p95 lies in the same bucket in which Prometheus finds it', () => {
  const bounds: readonly number[] = [...buckets.time_to_deploy_seconds, Number.POSITIVE_INFINITY];
  fc.assert(
    fc.property(seconds, (values) => {
      // histogram_quantile: the first bucket whose cumulative count reaches 0.95 of all.
      const atMost = (bound: number) => values.filter((value) => value <= bound).length;
      const upper = bounds.findIndex((bound) => atMost(bound) * 100 >= values.length * 95);
      const { p95 } = quantiles(values);
      expect(bounds.findIndex((bound) => (p95 ?? Number.NaN) <= bound)).toBe(upper);
    }),
  );
});
