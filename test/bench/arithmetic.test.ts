import { expect, test } from 'vitest';
import { holds, median, summaryOf, summaryOfRuns } from './arithmetic.ts';

test('the median is the middle value, and between two the mean', () => {
  expect([median([3, 1, 2]), median([4, 1, 3, 2]), median([7]), median([])]).toEqual([2, 2.5, 7, Number.NaN]);
});

test('several runs give the median of their medians and the least of all', () => {
  const run = (...figures: number[]) =>
    summaryOf(figures.map((figure) => ({ figure, absolute: figure * 40 })));
  expect(summaryOfRuns([run(1, 2, 9), run(1.5, 3, 3), run(0.5, 8, 8)])).toEqual({
    median: 3,
    min: 0.5,
    absolute: 120,
    samples: 9,
  });
});

test('a figure holds if it is at most its goal as it is shown', () => {
  const within = (figure: number) => holds(1.15, { median: figure, digits: 2 });
  expect([within(1.15), within(1.1549), within(1.156), within(Number.NaN)]).toEqual([
    true,
    true,
    false,
    false,
  ]);
});
