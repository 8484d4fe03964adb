/**
 * Whether every character of a text is one grapheme of one column: Latin, arrows, boxes and bars. Checked before a text
 * is split into graphemes, since the first segmenter takes 20 ms.
 */
export function isSimple(text: string): boolean {
  return /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2013-\u2026\u2190-\u2193\u2500-\u2590\u2713\u2717]*$/.test(
    text,
  );
}
