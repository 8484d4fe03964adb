/** Half a surrogate pair. */
const lone = /[\ud800-\udfff]/u;
const everyLone = /[\ud800-\udfff]/gu;

/** Whether a text can be told in UTF-8. (Node's own word for it is younger than Node 18, where marks are made too.) */
export function isWellFormed(text: string): boolean {
  return !lone.test(text);
}

/** The text with U+FFFD for what cannot be told in UTF-8. */
export function wellFormed(text: string): string {
  return lone.test(text) ? text.replaceAll(everyLone, '\ufffd') : text;
}
