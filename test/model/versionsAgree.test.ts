import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { versionsAgree } from '../../src/text/versionsAgree.ts';

const sha = fc.string({ unit: fc.constantFrom(...'0123456789abcdef'), minLength: 40, maxLength: 40 });

describe('Comparison of versions', () => {
  test.each([
    ['1.2.3', '1.2.3', true],
    ['v1.2.3', '1.2.3', true],
    ['1.2.3', '1.2.4', false],
    ['1.2', '1.2.0', false],
    ['V1.2.3', '1.2.3', false],
    ['1.2.3', '1.2.3-beta', false],
    ['release 7', 'release 7 ', false],
    ['abc1234', 'abc1234def5678', true],
    ['ABC1234', 'abc1234def5678', true],
    ['abc123', 'abc1234def5678', false],
    ['abc1234', 'def5678abc1234', false],
    ['vabc1234', 'abc1234def5678', false],
    ['2.0.0', '2.0.0+build.7', false],
  ])('the versions %j and %j agree: %j', (a, b, agree) => {
    expect(versionsAgree(a, b)).toBe(agree);
  });

  test('the comparison of two versions is symmetric', () => {
    const near = fc.oneof(
      fc.string(),
      sha,
      sha.map((text) => `v${text}`),
    );
    fc.assert(
      fc.property(near, near, (a, b) => {
        expect(versionsAgree(a, b)).toBe(versionsAgree(b, a));
      }),
    );
  });

  test('a version agrees with itself, with and without a leading v', () => {
    fc.assert(
      fc.property(fc.string(), (a) => {
        expect([versionsAgree(a, a), versionsAgree(a, `v${a}`)]).toEqual([true, true]);
      }),
    );
  });

  test('a SHA agrees with a prefix of at least 7 digits', () => {
    fc.assert(
      fc.property(sha, fc.integer({ min: 1, max: 39 }), (whole, length) => {
        expect(versionsAgree(whole, whole.slice(0, length))).toBe(length >= 7);
      }),
    );
  });

  test('a version of more than 40 hexadecimal digits does not agree with a SHA', () => {
    fc.assert(
      fc.property(sha, (whole) => {
        expect(versionsAgree(whole, `${whole}0`)).toBe(false);
      }),
    );
  });
});
