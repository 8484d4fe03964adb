import { isSimple, visible } from '../../text/visible.ts';
import { glyphsOf } from './view.ts';

/** East Asian wide and fullwidth characters; wide emoji are found by their property. */
const wide =
  /[\u1100-\u115f\u2329\u232a\u2e80-\u303e\u3041-\ua4cf\ua960-\ua97c\uac00-\ud7a3\uf900-\ufaff\ufe10-\ufe19\ufe30-\ufe6f\uff01-\uff60\uffe0-\uffe6\u{16fe0}-\u{18d08}\u{1aff0}-\u{1b2fb}\u{1f200}-\u{1f265}\u{20000}-\u{3fffd}]/u;
const nothing = /[\p{Mn}\p{Me}\p{Cf}\p{Cc}\u1160-\u11ff]/u;
/** Characters of two columns: emoji by default or by variation selector, and keycaps. */
const emoji = /\p{Emoji_Presentation}|\p{Emoji}\ufe0f|\u20e3/u;

/** Number of terminal columns of a text. */
export function displayWidth(text: string): number {
  if (isSimple(text)) return text.length;
  let columns = 0;
  for (const { segment } of graphemes(text)) columns += graphemeWidth(segment);
  return columns;
}

/** The text, or its beginning with an ellipsis. */
export function cutToWidth(
  text: string,
  { width, ellipsis }: { readonly width: number; readonly ellipsis: string },
): string {
  if (displayWidth(text) <= width) return text;
  const mark = displayWidth(ellipsis) < width ? ellipsis : ellipsis.slice(0, width);
  let kept = '';
  let columns = displayWidth(mark);
  for (const { segment } of graphemes(text)) {
    columns += graphemeWidth(segment);
    if (columns > width) break;
    kept += segment;
  }
  return kept + mark;
}

function graphemes(text: string): Iterable<{ readonly segment: string }> {
  return new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text);
}

function graphemeWidth(grapheme: string): number {
  if (emoji.test(grapheme)) return 2;
  let columns = 0;
  for (const character of grapheme) {
    if (!nothing.test(character)) columns += wide.test(character) ? 2 : 1;
  }
  return columns;
}

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

/** The text, or its beginning and its end with an ellipsis between them: names often differ at their ends. */
export function cutInMiddle(
  text: string,
  { width, ellipsis }: { readonly width: number; readonly ellipsis: string },
): string {
  const room = width - displayWidth(ellipsis);
  if (displayWidth(text) <= width || room < 4) return cutToWidth(text, { width, ellipsis });
  const end = Math.floor(room / 2);
  const parts = [...graphemes(text)].map(({ segment }) => segment);
  let tail = '';
  while (parts.length > 0 && displayWidth(tail + parts.at(-1)) <= end) tail = parts.pop() + tail;
  return `${cutToWidth(text, { width: room - displayWidth(tail), ellipsis: '' })}${ellipsis}${tail}`;
}
