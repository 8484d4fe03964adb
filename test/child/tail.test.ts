import fc from 'fast-check';
import { expect, test } from 'vitest';
import { tailKeeper } from '../../src/child/tail.ts';

test('the tail is the end of all data, however it is split into chunks', () => {
  fc.assert(
    fc.property(fc.array(fc.string({ maxLength: 30 })), fc.nat({ max: 40 }), (texts, limitBytes) => {
      const tail = tailKeeper(limitBytes);
      for (const text of texts) tail.take(Buffer.from(text));
      const all = Buffer.from(texts.join(''));
      expect(tail.text()).toBe(all.subarray(Math.max(0, all.length - limitBytes)).toString());
    }),
  );
});

test('a character that the limit would split is left out of the tail', () => {
  const tail = tailKeeper(5);
  tail.take(Buffer.from('€€'));
  expect(tail.text()).toBe('€');
});

test('the tail of a long stream of small chunks is its last bytes', () => {
  const tail = tailKeeper(4);
  for (let count = 0; count < 100_000; count += 1) tail.take(Buffer.from(String(count % 10)));
  expect(tail.text()).toBe('6789');
});
