import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { figuresIn, page } from './figures.ts';
import { errorRates, kinds } from './simulate.ts';

const rows = figuresIn(readFileSync(new URL(`../../${page}`, import.meta.url), 'utf8'));

describe.each(kinds)('Error rates of the verdict: $name', (kind) => {
  const rates = errorRates(kind, { runs: 10_000, seed: 7 });
  const cells = rows.get(kind.name) ?? [];

  test('the figures of the page are those of the rule', () => {
    const { slowerOf, faster, listed } = rates;
    const found = [slowerOf[5], slowerOf[10], slowerOf[20], faster, listed];
    for (const [index, value] of found.entries()) {
      const stated = Number(cells[index]);
      // Three standard errors of a rate of 10,000 runs, which are not independent.
      expect(Math.abs(value - stated)).toBeLessThan(0.6 + 1.2 * Math.sqrt(stated));
    }
    expect(Math.round(rates.listedSoon * 100)).toBeCloseTo(Number.parseInt(cells[7] ?? '', 10), -1.5);
  });

  test('alarms are rare, and rarer for a phase that is listed', () => {
    expect(rates.slowerOf[20]).toBeLessThan(15);
    expect(rates.slowerOf[5]).toBeLessThan(40);
    expect(rates.listed).toBeLessThan(10);
  });
});

test('a step of +50 % is seen at once if runs differ by 10 %', () => {
  const [normal] = kinds;
  if (normal === undefined) return expect.unreachable();
  const { seenAfter, listedAfter } = errorRates(normal, { runs: 5000, seed: 1 });
  expect([seenAfter, listedAfter]).toEqual([1, 2]);
});
