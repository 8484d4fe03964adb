import { cutToBytes } from '../text/cutText.ts';
import type { Label } from './family.ts';

/** A label's value as it is pushed: well-formed, and no longer than the label allows. */
export function labelText(
  text: string,
  { maxBytes, overlong }: Pick<Label, 'maxBytes' | 'overlong'>,
): string {
  // One ill-formed value would make the gateway reject every push of all groups.
  const cut = cutToBytes(text, maxBytes);
  return overlong === 'empty' && cut.length < text.length ? '' : cut;
}
