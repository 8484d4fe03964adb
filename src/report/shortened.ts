import { visible } from '../visible.ts';
import { glyphsOf } from './glyphs.ts';
import { cutToWidth } from './width.ts';

/** A text of any length costs no more than what can be seen of it. */
const mostUnits = 2000;

/** The beginning of a text as one visible line, at most so many columns wide. */
export function shortened(
  text: string,
  { most, ascii }: { readonly most: number; readonly ascii: boolean },
): string {
  const { ellipsis } = glyphsOf({ ascii });
  return cutToWidth(visible(text.slice(0, mostUnits), { ascii }), { width: most, ellipsis });
}
