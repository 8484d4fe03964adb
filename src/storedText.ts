import { lastBytes } from './model.ts';
import { redact } from './redact.ts';

/** The number of bytes of UTF-8 that are stored of notes, errors and reasons: the last ones. */
export const keptTextBytes = 65_536;

/** More than is stored, so that redaction sees the text around the cut. */
export const readTextBytes = keptTextBytes + 16_384;

/** The stored part of a text, and whether its beginning was left out. */
export function keptText(text: string): { readonly text: string; readonly isCut: boolean } {
  if (Buffer.byteLength(text, 'utf8') <= keptTextBytes) return { text, isCut: false };
  // Redact first: a value must not lose its name, nor a key its beginning, before they are recognized as secrets.
  return { text: lastBytes(redact(text), keptTextBytes), isCut: true };
}
