import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseJson } from '../../src/text/parseJson.ts';

const long = ' '.repeat(65_537);

test.each([
  ['brackets', '['.repeat(300) + ']'.repeat(300)],
  ['objects', `${'{"a":'.repeat(300)}1${'}'.repeat(300)}`],
])('long JSON of nested %s is rejected before it is parsed', (_, nested) => {
  expect(() => JSON.parse(nested)).not.toThrow();
  expect(() => parseJson(long + nested)).toThrow(SyntaxError);
});

test('brackets in strings, and brackets side by side, are not levels', () => {
  const text = JSON.stringify({ a: '['.repeat(1000), b: '\\"['.repeat(1000), c: Array(1000).fill([{}]) });
  expect(parseJson(long + text)).toEqual(JSON.parse(text));
});

test('any JSON is read as JSON.parse reads it, however long the text is', () => {
  fc.assert(
    fc.property(fc.json({ maxDepth: 20 }), fc.boolean(), (text, isLong) => {
      expect(parseJson(isLong ? long + text : text)).toEqual(JSON.parse(text));
    }),
  );
});
