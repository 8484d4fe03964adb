/** Half a surrogate pair. */
const lone = /[\ud800-\udfff]/u;
const everyLone = /[\ud800-\udfff]/gu;

/** Whether a text can be encoded in UTF-8. (Node's own method is missing in Node 18, where marks are made too.) */
export function isWellFormed(text: string): boolean {
  return !lone.test(text);
}

/** The text with U+FFFD for what UTF-8 cannot encode. */
export function wellFormed(text: string): string {
  return lone.test(text) ? text.replaceAll(everyLone, '\ufffd') : text;
}

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
