import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isLike } from '../../src/fleet/isLike.ts';

const letters = fc.string({ unit: fc.constantFrom('a', 'B', 'b', '.', '-') });
const pattern = fc.string({ unit: fc.constantFrom('a', 'b', '.', '*') });

test('a pattern means what the regular expression with `.*` in place of its stars means', () => {
  fc.assert(
    fc.property(letters, pattern, (text, words) => {
      const expression = words
        .split('*')
        .map((part) => part.replaceAll('.', '\\.'))
        .join('.*');
      expect(isLike(text, words)).toBe(new RegExp(`^${expression}$`, 'i').test(text));
    }),
  );
});

test('many stars on a long name are decided at once', () => {
  expect(isLike('a'.repeat(20_000), `${'*a'.repeat(30)}*b`)).toBe(false);
});
