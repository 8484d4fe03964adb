import { expect, test } from 'vitest';
import { wasShort } from '../../src/push/problems.ts';

test.each([
  ['half of the time or more has failed', { limitMs: 1000, hadMs: 1000 }, false],
  ['less than half of the time has not failed', { limitMs: 999, hadMs: 999 }, true],
  [
    'half of the time, of which it lost some on a busy machine, has not failed',
    { limitMs: 2000, hadMs: 900 },
    true,
  ],
])('for a mark, a gateway that had %s', (_, given, expected) => {
  expect(wasShort(given, { insist: false, budgetMs: 2000 })).toBe(expected);
});

test.each([
  ['a tenth of the time or more has failed', { limitMs: 200, hadMs: 0 }, false],
  ['almost no time has not failed', { limitMs: 199, hadMs: 199 }, true],
])('for `push`, a gateway that had %s', (_, given, expected) => {
  expect(wasShort(given, { insist: true, budgetMs: 2000 })).toBe(expected);
});
