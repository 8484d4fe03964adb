import fc from 'fast-check';
import { expect, test } from 'vitest';
import { cutToWidth, displayWidth } from '../../src/report/terminal/width.ts';
import { visible } from '../../src/text/visible.ts';
import { hostileTexts } from './testView.ts';

const anyText = fc.oneof(fc.constantFrom(...hostileTexts), fc.string({ unit: 'binary', maxLength: 60 }));

test.each([
  ['a\nb\tc\rd', 'a\\nb\\tc\\rd'],
  ['\u001b[31mred', '\\x1b[31mred'],
  ['\u009b31m\u007f', '\\x9b31m\\x7f'],
  ['\u202egnp', '\\u202egnp'],
  ['zero\u200bwidth', 'zero\\u200bwidth'],
  ['lone \ud800', 'lone \\ud800'],
  ['filler\u3164', 'filler\\u3164'],
  ['tag \u{e0041}', 'tag \\u{e0041}'],
  ['日本 é e\u0301', '日本 é e\u0301'],
  ['😀 👩‍👩‍👧‍👦 ❤️ 1️⃣ 🇩🇪', '😀 👩‍👩‍👧‍👦 ❤️ 1️⃣ 🇩🇪'],
  [`a${'\u0301'.repeat(100)}b`, '\ufffdb'],
])('the text %j is made visible as %j', (text, shown) => {
  expect(visible(text)).toBe(shown);
});

test('visible text has no character that moves the cursor or hides text', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(visible(text)).not.toMatch(/[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069\u200e\u200f]/u);
      expect(visible(text, { ascii: true })).toMatch(/^[\x20-\x7e]*$/);
    }),
  );
});

test('visible text does not change if it is made visible again', () => {
  fc.assert(
    fc.property(anyText, (text) => {
      expect(visible(visible(text))).toBe(visible(text));
    }),
  );
});

test.each([
  ['abc', 3],
  ['', 0],
  ['日本', 4],
  ['한글', 4],
  ['ｆｕｌｌ', 8],
  ['e\u0301', 1],
  ['😀', 2],
  ['👩‍👩‍👧‍👦', 2],
  ['🇩🇪', 2],
  ['❤️', 2],
  ['1️⃣', 2],
  ['→…█', 3],
])('the text %j is %i columns wide', (text, width) => {
  expect(displayWidth(text)).toBe(width);
});

test('a text is cut between characters and marked as cut', () => {
  expect(cutToWidth('abcdef', { width: 4, ellipsis: '…' })).toBe('abc…');
  expect(cutToWidth('日本語', { width: 4, ellipsis: '…' })).toBe('日…');
  expect(cutToWidth('abcdef', { width: 6, ellipsis: '…' })).toBe('abcdef');
  expect(cutToWidth('abcdef', { width: 2, ellipsis: '...' })).toBe('..');
});

test('a cut text is never wider than requested', () => {
  fc.assert(
    fc.property(anyText, fc.integer({ min: 1, max: 40 }), (text, width) => {
      const cut = cutToWidth(visible(text), { width, ellipsis: '…' });
      expect(displayWidth(cut)).toBeLessThanOrEqual(width);
    }),
  );
});
