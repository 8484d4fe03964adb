import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { versionNumber } from '../../src/metrics/versionNumber.ts';

const major = fc.integer({ min: 0, max: 9_999_999 });
const part = fc.integer({ min: 0, max: 9999 });
const release = fc.tuple(major, part, part);
const preRelease = fc.constantFrom('-beta', '-rc.1', '-0', '-alpha-2.x');
const build = fc.constantFrom('', '+build.7', '+001');

function compare(left: readonly number[], right: readonly number[]): number {
  const index = left.findIndex((value, at) => value !== right[at]);
  return index === -1 ? 0 : Math.sign((left[index] ?? 0) - (right[index] ?? 0));
}

test.each([
  ['1.0.0', 100000000],
  ['2.3.1', 200030001],
  ['3.0.0', 300000000],
  ['3.0.0-beta', 299999999.5],
  ['v1.2', 100020000],
  ['1.2.3+build.5', 100020003],
  ['2026.01.14', 202600010014],
  ['9999999.9999.9999', 999999999999999],
])('the version %s has the number %d', (version, number) => {
  expect(versionNumber(version)).toBe(number);
});

test('numbers of releases have exactly the order of the releases', () => {
  fc.assert(
    fc.property(release, release, (left, right) => {
      const difference = versionNumber(left.join('.')) - versionNumber(right.join('.'));
      expect(Math.sign(difference)).toBe(compare(left, right));
    }),
  );
});

test('the number of a pre-release is just below its release and above every earlier release', () => {
  fc.assert(
    fc.property(release, release, preRelease, build, (left, right, pre, tail) => {
      const number = versionNumber(`v${left.join('.')}${pre}${tail}`);
      expect(versionNumber(left.join('.')) - number).toBe(0.5);
      if (compare(right, left) < 0) expect(versionNumber(right.join('.'))).toBeLessThan(number);
    }),
  );
});

test('a leading v and the build do not change the number of a version', () => {
  fc.assert(
    fc.property(release, build, (numbers, tail) => {
      const version = numbers.join('.');
      expect(versionNumber(`v${version}${tail}`)).toBe(versionNumber(version));
    }),
  );
});

test('a commit has the same number in short and long form, in any case', () => {
  const sha = fc.stringMatching(/^[0-9a-f]{40}$/);
  fc.assert(
    fc.property(sha, fc.integer({ min: 7, max: 40 }), (long, length) => {
      expect(versionNumber(long.slice(0, length).toUpperCase())).toBe(versionNumber(long));
      expect(versionNumber(long)).toBe(-(Number.parseInt(long.slice(0, 7), 16) + 1));
    }),
  );
});

test.each([
  'release-42',
  'main',
  '',
  'ünïcode 🚀',
  '1.2.3.4',
  '1.20000',
  '12',
  'v',
  '1.2.3-',
  '1.2.3\n',
  '10000000.0.0',
])('a text that is not a version has a negative whole number: %j', (version) => {
  const hash = createHash('sha256').update(version).digest('hex');
  expect(versionNumber(version)).toBe(-(Number.parseInt(hash.slice(0, 7), 16) + 1));
});

test('any text has a finite number, and one that is not a version is never 0 and below all versions', {
  timeout: 60_000,
}, () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (version) => {
      const number = versionNumber(version);
      expect(Number.isFinite(number)).toBe(true);
      if (!/^v?\d+\./.test(version)) expect(number).toBeLessThanOrEqual(-1);
    }),
  );
});
