/** Half a surrogate pair. */
const lone = /[\ud800-\udfff]/u;
const everyLone = /[\ud800-\udfff]/gu;

/** Whether a text can be encoded in UTF-8. (Node's own method is missing in Node 18, where marks are made too.) */
export function isWellFormed(text: string): boolean {
  return !lone.test(text);
}

/** The text with U+FFFD for what UTF-8 cannot encode. */
export function wellFormed(text: string): string {
  return lone.test(text) ? text.replaceAll(everyLone, '\ufffd') : text;
}
