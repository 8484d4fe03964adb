import { redact } from './redact.ts';
import { lastBytes } from './text/cutText.ts';

/** Of notes, errors and reasons so many bytes of UTF-8 are kept, the last ones. */
export const keptTextBytes = 65_536;

/** More than is kept, so that whoever looks at the text before the cut sees what the cut would tear apart. */
export const readTextBytes = keptTextBytes + 16_384;

/** A text as it is kept, and whether its beginning was left out. */
export function keptText(text: string): { readonly text: string; readonly isCut: boolean } {
  if (Buffer.byteLength(text, 'utf8') <= keptTextBytes) return { text, isCut: false };
  // A value must not lose its name, nor a key its beginning, before they are known as secrets.
  return { text: lastBytes(redact(text), keptTextBytes), isCut: true };
}
