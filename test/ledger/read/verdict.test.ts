import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Verdict, verdictOf } from '../../../src/ledger/read/phaseComparison.ts';

/** From a millisecond to an hour and a half. */
const seconds = fc.double({ min: 0.001, max: 5000, noNaN: true });
const earlier = fc.array(seconds, { minLength: 5, maxLength: 20 });
const order = { faster: -1, usual: 0, slower: 1 };

function wordOf(one: number, runs: readonly number[]): Verdict['word'] {
  return verdictOf(one, runs)?.word ?? expect.unreachable();
}

describe('The rule of the verdict', () => {
  test('a longer run never gets a faster verdict', () => {
    fc.assert(
      fc.property(seconds, seconds, earlier, (one, other, runs) => {
        const [short, long] = [Math.min(one, other), Math.max(one, other)];
        expect(order[wordOf(long, runs)]).toBeGreaterThanOrEqual(order[wordOf(short, runs)]);
      }),
    );
  });

  test('the unit does not matter if the differences are above the floor of a second', () => {
    const long = seconds.map((one) => one + 5);
    const longOnes = fc.array(long, { minLength: 5, maxLength: 20 });
    fc.assert(
      fc.property(long, longOnes, fc.integer({ min: 1, max: 10 }), (one, runs, power) => {
        const times = 2 ** power;
        const larger = runs.map((run) => run * times);
        const { usualHighSeconds = 0 } = verdictOf(one, runs) ?? {};
        fc.pre(Math.abs(one / usualHighSeconds - 1) > 1e-9);
        fc.pre(Math.abs(one / (verdictOf(one, runs)?.usualLowSeconds ?? 0) - 1) > 1e-9);
        expect(wordOf(one * times, larger)).toBe(wordOf(one, runs));
      }),
    );
  });

  test('the order of the earlier runs does not matter', () => {
    fc.assert(
      fc.property(seconds, earlier, (one, runs) => {
        expect(verdictOf(one, runs)).toEqual(verdictOf(one, runs.toReversed()));
      }),
    );
  });

  test('the median of the earlier runs is usual, and less than a second more or a quarter more too', () => {
    fc.assert(
      fc.property(seconds, earlier, (more, runs) => {
        const median = runs.toSorted((a, b) => a - b)[Math.ceil(runs.length / 2) - 1] ?? 0;
        expect(wordOf(median, runs)).toBe('usual');
        expect(wordOf(median + Math.min(more, 0.999, median * 0.24), runs)).toBe('usual');
      }),
    );
  });

  test.each([
    ['50 ms more of a constant phase', 0.25, [0.2, 0.2, 0.2, 0.2, 0.2], 'usual'],
    ['100 ms more of 100 ms', 0.2, [0.1, 0.1, 0.1, 0.1, 0.1], 'usual'],
    ['a second more of five minutes', 301, [300, 300, 300, 300, 300], 'usual'],
    ['half more of a constant phase', 18, [12, 12, 12, 12, 12], 'slower'],
    ['half of a constant phase', 6, [12, 12, 12, 12, 12], 'faster'],
    ['a phase that takes no time', 0, [0, 0, 0, 0, 0], 'usual'],
    ['half more of a phase whose runs differ as much', 18, [9, 12, 15, 10, 14], 'usual'],
    ['one earlier outlier does not hide it', 31, [12, 11, 13, 12, 12, 120], 'slower'],
  ])('%s', (_, one, runs, word) => {
    expect(wordOf(one, runs)).toBe(word);
  });

  test('below five runs nothing is said', () => {
    expect(verdictOf(99, [1, 1, 1, 1])).toBeNull();
  });
});
