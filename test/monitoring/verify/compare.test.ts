import { expect, test } from 'vitest';
import { compareNames, compareSeries } from './compare.ts';
import { type Expectation, expectedSeries, type Series } from './expectation.ts';
import { interpolated } from './interpolated.ts';

const series = (value: Series['value'], labels = { instance: 'a' }): Series => ({ labels, value });
const got = (value: number, labels: Record<string, string> = { instance: 'a' }) => ({ labels, value });

test.each<[string, Parameters<typeof compareSeries>[0], readonly Series[], boolean]>([
  ['the same value', [got(3)], [series(3)], true],
  [
    'name and job are ignored',
    [got(3, { __name__: 'x', job: 'deploytrack', instance: 'a' })],
    [series(3)],
    true,
  ],
  ['another value', [got(3.002)], [series(3)], false],
  ['another job', [got(3, { job: 'pushgateway', instance: 'a' })], [series(3)], false],
  ['another label', [got(3, { instance: 'b' })], [series(3)], false],
  ['an additional label', [got(3, { instance: 'a', status: 'x' })], [series(3)], false],
  ['a label that is empty is the same as none', [got(3, { instance: 'a', url: '' })], [series(3)], true],
  ['an additional series', [got(3), got(3, { instance: 'b' })], [series(3)], false],
  ['a missing series', [], [series(3)], false],
  ['no series if none is expected', [], [], true],
  ['NaN if NaN is expected', [got(Number.NaN)], [series(Number.NaN)], true],
  ['0 if NaN is expected', [got(0)], [series(Number.NaN)], false],
  ['a value in its bucket', [got(650)], [series({ above: 600, upTo: 720 })], true],
  ['a value in another bucket', [got(599)], [series({ above: 600, upTo: 720 })], false],
  ['NaN if a bucket is expected', [got(Number.NaN)], [series({ above: 0, upTo: 10 })], false],
])('the comparison judges correctly: %s', (_, answer, expected, ok) => {
  expect(compareSeries(answer, expected).ok).toBe(ok);
});

test('of series with equal values any may be returned, but the greatest must all be there', () => {
  const all = ['a', 'b', 'c'].map((instance) => series(instance === 'a' ? 1 : 0, { instance }));
  const answer = (...names: string[]) => names.map((instance) => got(instance === 'a' ? 1 : 0, { instance }));
  expect(compareSeries(answer('a', 'c'), all, { count: 2 }).ok).toBe(true);
  expect(compareSeries(answer('b', 'c'), all, { count: 2 }).ok).toBe(false);
  expect(compareSeries(answer('a', 'd'), all, { count: 2 }).ok).toBe(false);
});

test('names are compared completely, or as a subset', () => {
  expect(compareNames(['b', 'a'], ['a', 'b']).ok).toBe(true);
  expect(compareNames(['a', 'b', 'c'], ['a', 'b']).ok).toBe(false);
  expect(compareNames(['a', 'b', 'c'], ['a', 'b'], { among: true }).ok).toBe(true);
  expect(compareNames(['a'], ['a', 'b'], { among: true }).ok).toBe(false);
});

test('a quantile is the bucket of the observation with its rank', () => {
  const expectation: Extract<Expectation, { kind: 'quantile' }> = {
    kind: 'quantile',
    q: 0.95,
    bounds: [1, 2, 4],
    sql: '',
  };
  const of = (observed: (number | null)[]) =>
    expectedSeries(
      expectation,
      observed.map((value) => ({ value })),
    )[0]?.value;
  expect(of([1.5])).toEqual({ above: 1, upTo: 2 });
  expect(of([...Array(19).fill(0.5), 3])).toEqual({ above: 0, upTo: 1 });
  expect(of([...Array(18).fill(0.5), 3, 3])).toEqual({ above: 2, upTo: 4 });
  expect(of([9])).toEqual({ above: 4, upTo: 4 });
  expect(of([null])).toBeNaN();
  expect(interpolated(0.95, { observed: [1.5], bounds: [1, 2, 4] })).toBeCloseTo(1.95, 12);
});
