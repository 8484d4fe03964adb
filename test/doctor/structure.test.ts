import { expect, test } from 'vitest';
import { structureOf } from '../../src/doctor/prometheus/structure.ts';

test.each([
  [
    'white space, numbers and durations',
    'sum by (a) (rate(x[7d])) > 2592000',
    'sum by(a)(rate(x[1w]))  > 2.592e+06',
  ],
  ['the order of matchers', 'x{b="1",a="2, }"}', 'x{a="2, }", b="1"}'],
  ['the bucket of a threshold', 'x{le=~"120(\\\\.0)?"}', 'x{le=~"60(\\\\.0)?"}'],
  ['the environment of a threshold', 'x > 1', 'x{environment="staging"} > 2'],
])('expressions that differ only in %s have one structure', (_, one, other) => {
  expect(structureOf(one)).toBe(structureOf(other));
});

test.each([
  ['metric', 'x > 1', 'y > 1'],
  ['label', 'x{a="1"}', 'x{a="2"}'],
  ['comparison', 'x > 1', 'x >= 1'],
])('expressions with another %s have another structure', (_, one, other) => {
  expect(structureOf(one)).not.toBe(structureOf(other));
});
