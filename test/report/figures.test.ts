import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseDurationMs } from '../../src/duration.ts';
import {
  formatAgo,
  formatChange,
  formatCount,
  formatFrequency,
  formatSeconds,
  formatShare,
  formatTime,
} from '../../src/text/figures.ts';

test.each([
  [null, '-'],
  [0, '0s'],
  [0.0004, '0ms'],
  [0.85, '850ms'],
  [0.9996, '1.0s'],
  [8.5, '8.5s'],
  [59.94, '59.9s'],
  [59.96, '1m'],
  [135.4, '2m15s'],
  [3599.6, '1h'],
  [3723, '1h2m3s'],
  [90_061, '1d1h1m'],
  [-2, '-2.0s'],
  [Number.NaN, '-'],
  [Number.POSITIVE_INFINITY, '-'],
])('%d seconds are shown as %s', (seconds, text) => {
  expect(formatSeconds(seconds)).toBe(text);
});

test('a duration is written as options accept it, with an error of less than 1 % or 1 ms', () => {
  fc.assert(
    fc.property(fc.double({ min: 0, max: 80_000, noNaN: true }), (seconds) => {
      const read = (parseDurationMs(formatSeconds(seconds)) ?? Number.NaN) / 1000;
      expect(Math.abs(read - seconds)).toBeLessThanOrEqual(Math.max(0.0006, seconds * 0.051));
    }),
  );
});

test("a time is shown in UTC in a pipe and in the host's time zone on a terminal", () => {
  const iso = '2026-01-14T18:45:00.123Z';
  expect(formatTime(iso, { local: false })).toBe(iso);
  const local = formatTime(iso, { local: true });
  expect(local).toMatch(/^2026-01-1[345] \d\d:\d\d:00$/);
  expect(new Date(local.replace(' ', 'T')).toISOString()).toBe('2026-01-14T18:45:00.000Z');
  expect(formatTime('no time', { local: true })).toBe('no time');
  expect(formatTime(null, { local: true })).toBe('-');
});

test.each([
  ['2026-01-15T09:59:30Z', 'just now'],
  ['2026-01-15T11:00:00Z', 'just now'],
  ['2026-01-15T09:57:00Z', '3m ago'],
  ['2026-01-15T07:00:00Z', '3h ago'],
  ['2026-01-12T10:00:00Z', '3d ago'],
  ['2025-10-15T10:00:00Z', '3mo ago'],
  ['2022-10-15T10:00:00Z', '3y ago'],
  ['no time', ''],
])('the time %s is shown as %s', (iso, ago) => {
  expect(formatAgo(iso, { nowMs: Date.parse('2026-01-15T10:00:00Z') })).toBe(ago);
});

test.each([
  [11 / 12, '91.7%'],
  [1, '100.0%'],
  [0.9999, '99.9%'],
  [0, '0.0%'],
  [0.00001, '<0.01%'],
  [0.0004, '0.04%'],
  [0.00996, '1.0%'],
  [1.25, '125.0%'],
  [-0.3, '-30.0%'],
  [Number.NaN, 'n/a'],
])('the ratio %d is shown as %s', (ratio, text) => {
  expect(formatShare(ratio)).toBe(text);
});

test('a share is 100.0% only for all, and a larger ratio never has a smaller percentage', () => {
  const shown = (ratio: number) => Number(formatShare(ratio).replace(/[<%]/g, ''));
  const ratio = () => fc.double({ min: 0, max: 1, noNaN: true });
  fc.assert(
    fc.property(ratio(), ratio(), (one, other) => {
      expect(shown(Math.min(one, other))).toBeLessThanOrEqual(shown(Math.max(one, other)));
      expect(formatShare(one) === '100.0%').toBe(one === 1);
    }),
  );
});

test('changes, frequencies and large counts have one spelling each', () => {
  expect(formatChange(37, 20)).toBe('+85%');
  expect(formatChange(19, 20)).toBe('-5%');
  expect(formatChange(1, 0)).toBeNull();
  expect([1.4, 0.46, 0.075].map(formatFrequency)).toEqual(['1.4 per day', '3.2 per week', '2.3 per month']);
  expect([0, 999, 4130, 1_234_567].map(formatCount)).toEqual(['0', '999', '4,130', '1,234,567']);
});
