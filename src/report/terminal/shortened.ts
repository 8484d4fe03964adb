import { visible } from '../../text/visible.ts';
import { glyphsOf } from './glyphs.ts';
import { cutToWidth } from './width.ts';

/** A text of any length costs no more than what can be seen of it. */
const mostUnits = 2000;

/** A text as one visible line: its beginning, at most so many columns wide; undefined: all of it, as a pipe gets it. */
export function shortened(
  text: string,
  { most, ascii }: { readonly most: number | undefined; readonly ascii: boolean },
): string {
  if (most === undefined) return visible(text, { ascii });
  const { ellipsis } = glyphsOf({ ascii });
  return cutToWidth(visible(text.slice(0, mostUnits), { ascii }), { width: most, ellipsis });
}
