import { withoutTornStart } from '../files/decodeText.ts';

/** Of notes, errors and reasons so many bytes of UTF-8 are kept, the last ones. */
export const keptTextBytes = 65_536;

/** More than is kept, so that whoever looks at the text before the cut sees what the cut would tear apart. */
export const readTextBytes = keptTextBytes + 16_384;

/** A text as it is kept, and whether its beginning was left out. */
export function keptText(text: string): { readonly text: string; readonly isCut: boolean } {
  // No character has fewer bytes than code units: this holds all that can be kept.
  const bytes = Buffer.from(text.length > keptTextBytes ? text.slice(-keptTextBytes - 1) : text, 'utf8');
  if (bytes.length <= keptTextBytes) return { text, isCut: false };
  return {
    text: withoutTornStart(bytes.subarray(bytes.length - keptTextBytes)).toString('utf8'),
    isCut: true,
  };
}
