import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isDeploymentId } from '../../src/model.ts';
import { safeId } from '../../src/safeId.ts';

test('An id is made of any text but blanks and `none`, always the same, and one that is right stays.', () => {
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

test('Different texts have different ids.', () => {
  const texts = fc.string({ unit: fc.constantFrom('a', '/', ' ', '.', '-'), maxLength: 6 });
  fc.assert(
    fc.property(texts, texts, (one, other) => {
      fc.pre(one.trim() !== other.trim() && safeId(one) !== null);
      expect(safeId(one)).not.toBe(safeId(other));
    }),
  );
});

test('The id of a text is what it was in every version.', () => {
  expect(safeId('acme/shop run #77')).toBe('acme-shop-run-77-90b0bb3d');
});
