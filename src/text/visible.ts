/** No readable grapheme is longer; stacked marks that paint over other lines are. */
const longestGrapheme = 32;
/** Format and control characters, separators, lone surrogates, and characters without a glyph. */
const hidden = /\p{Default_Ignorable_Code_Point}|[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cs}\u2800]/u;
const names: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * One line of text that a terminal shows as it is: control characters, escapes, line ends, bidi overrides and
 * zero-width characters become `\n`, `\x1b`, `\u202e`; emoji stay whole. With `ascii` everything beyond ASCII is
 * escaped. Hostile characters stay visible, without effect on the cursor or the reading order.
 */
export function visible(text: string, { ascii = false }: { readonly ascii?: boolean } = {}): string {
  if (ascii ? /^[\x20-\x7e]*$/.test(text) : isSimple(text)) return text;
  let shown = '';
  for (const { segment } of new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text)) {
    if (segment.length > longestGrapheme) shown += ascii ? '?' : '\ufffd';
    else if (!ascii && /^\p{Extended_Pictographic}|\ufe0f\u20e3$/u.test(segment)) shown += segment;
    else for (const character of segment) shown += shownCharacter(character, ascii);
  }
  return shown;
}

/** The same for each line of a text of ours that has several. */
export function visibleLines(text: string): string {
  return text
    .split('\n')
    .map((line) => visible(line))
    .join('\n');
}

function shownCharacter(character: string, ascii: boolean): string {
  if (!hidden.test(character) && !(ascii && character > '\x7e')) return character;
  const code = character.codePointAt(0) ?? 0;
  const hex = code.toString(16);
  if (code > 0xffff) return `\\u{${hex}}`;
  return names[character] ?? (code > 0xff ? `\\u${hex.padStart(4, '0')}` : `\\x${hex.padStart(2, '0')}`);
}

/**
 * Whether every letter of a text is one column and itself: Latin, arrows, boxes and bars. Asked before a text is cut into
 * graphemes: the first segmenter costs 20 ms.
 */
export function isSimple(text: string): boolean {
  return /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2013-\u2026\u2190-\u2193\u2500-\u2590\u25b6\u2713\u2717]*$/.test(
    text,
  );
}
