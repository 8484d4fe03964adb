import fc from 'fast-check';
import { expect, test } from 'vitest';
import { labelText } from '../../src/metrics/exposition.ts';

const cut = { maxBytes: 128, overlong: 'cut' } as const;
const empty = { maxBytes: 512, overlong: 'empty' } as const;

test('a label value is cut to 128 bytes', () => {
  expect(labelText('x'.repeat(128), cut)).toBe('x'.repeat(128));
  expect(labelText('x'.repeat(129), cut)).toBe('x'.repeat(128));
});

test('a label value is cut between characters', () => {
  expect(labelText(`${'x'.repeat(126)}é`, cut)).toBe(`${'x'.repeat(126)}é`);
  expect(labelText(`${'x'.repeat(127)}é`, cut)).toBe('x'.repeat(127));
  expect(labelText('🚀'.repeat(40), cut)).toBe('🚀'.repeat(32));
});

test('a URL in a label is complete or empty', () => {
  expect(labelText('u'.repeat(512), empty)).toBe('u'.repeat(512));
  expect(labelText('u'.repeat(513), empty)).toBe('');
});

test('a lone surrogate in a label becomes the replacement character', () => {
  expect(labelText('a\ud800b', cut)).toBe('a\ufffdb');
});

test('any text becomes a well-formed prefix of itself with at most 128 bytes', { timeout: 60_000 }, () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 300 }), (text) => {
      const label = labelText(text, cut);
      expect(label.isWellFormed()).toBe(true);
      expect(Buffer.byteLength(label)).toBeLessThanOrEqual(128);
      expect(text.toWellFormed().startsWith(label)).toBe(true);
      if (Buffer.byteLength(text.toWellFormed()) > 128) expect(Buffer.byteLength(label)).toBeGreaterThan(124);
    }),
  );
});
