/** What steers a terminal, or turns the order of letters around. */
const steering = /[\p{Cc}\u2028\u2029\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;

/**
 * Whether a text of a stranger has nothing in it that steers a terminal or hides what it says: no control characters, no
 * escapes, no letters that turn the direction. With `lines` it may have several, and tabs.
 */
export function isPlain(text: string, { lines = false }: { readonly lines?: boolean } = {}): boolean {
  return !steering.test(lines ? text.replaceAll(/[\t\n\r]/g, '') : text);
}
