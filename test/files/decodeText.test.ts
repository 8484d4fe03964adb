import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeTail, decodeText, validText } from '../../src/files/decodeText.ts';

const marked = (text: string) => Buffer.from(`\ufeff${text}`, 'utf16le');

/** The forms in which programs of Windows write text. */
const forms = [
  ['UTF-8', (text: string) => Buffer.from(text)],
  ['UTF-8 with a byte order mark', (text: string) => Buffer.from(`\ufeff${text}`)],
  ['UTF-16LE, as `>` of PowerShell 5.1 writes it', marked],
  ['UTF-16BE', (text: string) => marked(text).swap16()],
] as const;

test.each(forms)('a text in %s is read as it is', (_, bytesOf) => {
  expect(decodeText(bytesOf('grün 🚀\r\n'))).toEqual({ text: 'grün 🚀\r\n', isValid: true });
});

test('any text is the same after each form', () => {
  const texts = fc.string({ unit: 'grapheme' }).filter((text) => !text.startsWith('\ufeff'));
  fc.assert(
    fc.property(texts, fc.constantFrom(...forms), (text, [, bytesOf]) => {
      expect(validText(bytesOf(text))).toBe(text);
    }),
  );
});

test.each([
  ['ANSI', Buffer.from('grün', 'latin1'), 'gr\ufffdn'],
  ['UTF-16 that ends within a character', marked('ab').subarray(0, 5), 'a'],
  ['UTF-16 with half of a pair', marked('a\ud83d'), 'a\ufffd'],
])('%s is not valid, and what can be read is', (_, bytes, text) => {
  expect(decodeText(bytes)).toEqual({ text, isValid: false });
  expect(validText(bytes)).toBeNull();
});

test.each(forms)('the end of a long file in %s begins with a whole character', (_, bytesOf) => {
  const whole = bytesOf('ab🚀cd');
  const unit = whole.includes(0) ? 2 : 1;
  for (let from = 2 * unit; from <= whole.length - 2 * unit; from += unit) {
    const tail = {
      bytes: whole.subarray(from),
      head: whole.subarray(0, 2),
      isCut: true,
      isUnfinished: false,
    };
    const end = { text: expect.stringMatching(/^(a?b?🚀)?cd$/u), isValid: true };
    expect(decodeTail(tail)).toEqual(end);
  }
});
