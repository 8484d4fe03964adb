import { expect, test } from 'vitest';
import { sameSecret } from '../../src/server/auth/sameSecret.ts';

test('only the whole secret is accepted, and no other one of the same length', () => {
  expect(sameSecret('abcdef', 'abcdef')).toBe(true);
  expect(sameSecret(Buffer.from('abcdef'), 'abcdef')).toBe(true);
  for (const given of ['abcdeg', 'abcde', 'abcdefg', '', 'ABCDEF'])
    expect(sameSecret(given, 'abcdef')).toBe(false);
});
