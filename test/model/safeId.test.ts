import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isDeploymentId, safeId } from '../../src/model.ts';

test('any text except blanks and `none` gives a stable ID, and a valid ID stays the same', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (given) => {
      const id = safeId(given);
      if (given.trim() === '' || given.trim() === 'none') {
        expect(id).toBeNull();
        return;
      }
      expect(isDeploymentId(id ?? '')).toBe(true);
      expect(safeId(given)).toBe(id);
      expect(safeId(id ?? '')).toBe(id);
      if (isDeploymentId(given)) expect(id).toBe(given);
    }),
  );
});

test('different texts give different IDs', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', '/', ' ', '.', '-'), maxLength: 6 });
  fc.assert(
    fc.property(texts, texts, (one, other) => {
      fc.pre(one.trim() !== other.trim() && safeId(one) !== null);
      expect(safeId(one)).not.toBe(safeId(other));
    }),
  );
});

test('the ID of a text is the same in all versions', () => {
  expect(safeId('acme/shop run #77')).toBe('acme-shop-run-77-90b0bb3d');
});
