import { expect, test } from 'vitest';
import { plainText } from '../../src/text/plainText.ts';

test('a text of others has a space for each character that controls a terminal or changes the direction', () => {
  for (const letter of ['\u0000', '\u001b', '\u0085', '\u2028', '\u202a', '\u202e', '\u2066', '\u2069'])
    expect(plainText(`a${letter}b`)).toBe('a b');
  expect(plainText('a\tb\nc')).toBe('a b c');
  expect(plainText('a\tb\nc', { lines: true })).toBe('a\tb\nc');
  expect(plainText('שלום\u200f 1')).toBe('שלום\u200f 1');
});
