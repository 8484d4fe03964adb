/**
 * An untrusted text with a space for each character that controls a terminal or hides content: control characters,
 * escapes, line ends, and bidirectional overrides. The marks that belong to Hebrew and Arabic change no order and stay.
 * With `lines` it may have several lines, and tabs.
 */
export function plainText(text: string, { lines = false }: { readonly lines?: boolean } = {}): string {
  return text.replaceAll(/[\p{Cc}\u2028\u2029\u202a-\u202e\u2066-\u2069]/gu, (letter) =>
    lines && /[\t\n\r]/.test(letter) ? letter : ' ',
  );
}

/** Whether `plainText` would leave a text unchanged. */
export function isPlain(text: string, how: { readonly lines?: boolean } = {}): boolean {
  return plainText(text, how) === text;
}
