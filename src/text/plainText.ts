/**
 * A text of a stranger with a blank for each letter of it that steers a terminal or hides what it says: control
 * characters, escapes, ends of lines, and what turns other letters around. The marks that belong to Hebrew and Arabic turn
 * none and stay. With `lines` it may have several, and tabs.
 */
export function plainText(text: string, { lines = false }: { readonly lines?: boolean } = {}): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (letter) =>
    lines && /[\t\n\r]/.test(letter) ? letter : ' ',
  );
}

/** Whether a text has nothing in it that `plainText` would replace. */
export function isPlain(text: string, how: { readonly lines?: boolean } = {}): boolean {
  return plainText(text, how) === text;
}
