/**
 * Whether every letter of a text is one column and itself: Latin, arrows, boxes and bars. Asked before a text is cut into
 * graphemes: the first segmenter costs 20 ms.
 */
export function isSimple(text: string): boolean {
  return /^[\x20-\x7e\u00a1-\u00ac\u00ae-\u02ff\u2013-\u2026\u2190-\u2193\u2500-\u2590\u2713\u2717]*$/.test(
    text,
  );
}
