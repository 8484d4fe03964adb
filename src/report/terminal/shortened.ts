import { visible } from '../../text/visible.ts';
import { glyphsOf } from './glyphs.ts';
import { cutToWidth } from './width.ts';

/** Limits the cost of long texts. */
const mostUnits = 2000;

/** A text as one visible line, cut to `most` columns; not cut if `most` is undefined, as for a pipe. */
export function shortened(
  text: string,
  { most, ascii }: { readonly most: number | undefined; readonly ascii: boolean },
): string {
  if (most === undefined) return visible(text, { ascii });
  const { ellipsis } = glyphsOf({ ascii });
  return cutToWidth(visible(text.slice(0, mostUnits), { ascii }), { width: most, ellipsis });
}
