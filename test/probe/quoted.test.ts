import fc from 'fast-check';
import { expect, test } from 'vitest';
import { quoted } from '../../src/probe/quoted.ts';

// All Unicode planes with control characters, including lone surrogates.
const character = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code));

test('quoted foreign text stays on one line and cannot control a terminal', () => {
  const commanding = /[\x00-\x1f\x7f-\x9f\u2028\u2029\u202e]/;
  fc.assert(
    fc.property(fc.string({ unit: character }), (text) => {
      expect(quoted(text)).not.toMatch(commanding);
    }),
  );
});

test.each([
  ['2.0.0', '"2.0.0"'],
  ['a\nb', '"a\\nb"'],
  ['\u001b[31mred', '"\\u{1b}[31mred"'],
  ['say "hi"', '"say \\"hi\\""'],
  ['\ud800', '"\ufffd"'],
])('%j is quoted as %s', (text, shown) => {
  expect(quoted(text)).toBe(shown);
});

test('a long text is cut between characters', () => {
  expect(quoted('🚀'.repeat(81))).toBe(`"${'🚀'.repeat(80)}…"`);
});
