import { wellFormed } from './wellFormed.ts';

/** The text, well-formed and at most this many bytes of UTF-8, cut at a character. */
export function cutToBytes(text: string, maxBytes: number): string {
  const whole = wellFormed(text);
  // A code unit has at most 3 bytes: most texts need no counting.
  if (whole.length * 3 <= maxBytes || Buffer.byteLength(whole) <= maxBytes) return whole;
  let bytes = 0;
  let end = 0;
  for (const character of whole) {
    bytes += Buffer.byteLength(character);
    if (bytes > maxBytes) break;
    end += character.length;
  }
  return whole.slice(0, end);
}

/** The end of a text, at most this many bytes of UTF-8, cut at a character. */
export function lastBytes(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text, 'utf8');
  let start = Math.max(0, bytes.length - maxBytes);
  while (start > 0 && start < bytes.length && ((bytes[start] ?? 0) & 0xc0) === 0x80) start += 1;
  return bytes.toString('utf8', start);
}
