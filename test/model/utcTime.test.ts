import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { utcTime } from '../../src/utcTime.ts';

describe('UTC time', () => {
  test('every instant that a Date can have is written as a Date writes it', () => {
    const anyInstant = fc.oneof(
      fc.integer({ min: 0, max: 253_402_300_799_999 }),
      fc.integer({ min: -8_640_000_000_000_000, max: 8_640_000_000_000_000 }),
      fc.double({ min: 0, max: 253_402_300_799_999, noNaN: true }),
    );
    fc.assert(
      fc.property(anyInstant, (wallMs) => {
        expect(utcTime(wallMs)).toBe(new Date(wallMs).toISOString());
      }),
      { numRuns: 5000 },
    );
  });

  test('the first and the last day of each month of 400 years have the date that a Date gives them', () => {
    for (let year = 1970; year < 2370; year += 1)
      for (let month = 0; month < 12; month += 1)
        for (const wallMs of [Date.UTC(year, month), Date.UTC(year, month + 1) - 1])
          expect(utcTime(wallMs)).toBe(new Date(wallMs).toISOString());
  });

  test('an instant that no Date can have is refused as a Date refuses it', () => {
    for (const wallMs of [Number.NaN, Number.POSITIVE_INFINITY, 8_640_000_000_000_001])
      expect(() => utcTime(wallMs)).toThrow(RangeError);
  });
});
