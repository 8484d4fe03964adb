/**
 * The URLs in a text, separated by commas or white space. A comma that no `http://` or `https://` follows is part of a URL,
 * as it may be in a path or a password.
 */
export function splitUrls(text: string): string[] {
  return text
    .replace(/[\s,]+$/, '')
    .trimStart()
    .split(/[\s,]+(?=https?:\/\/)/i);
}
