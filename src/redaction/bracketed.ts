import { lineEnd } from './quoted.ts';

const closings: Readonly<Record<string, string>> = { '[': ']', '{': '}', '(': ')', '<': '>' };
/** The longest list or object of several lines, in characters; of a longer one this much is hidden. */
const mostOfLines = 16_384;
/** The limit of quotes and apostrophes that never close. */
const mostUnclosed = 64;
const ofLines = /[[{(][ \t]{0,8}(?:["'[{]|(?:\/\/|#)[^\r\n]{0,200}|$|[\r\n])/y;
const emptyOrSign = /[[{(]\s{0,40}[\])}]|[[{(][ \t]{0,8}(?:\r?\n(?![ \t]{1,80}\S|[\]"'])|$)/y;

export interface Bracketed {
  readonly end: number;
  readonly closing: string;
  readonly isClosed: boolean;
}

/**
 * The list, object or group that begins at `from`, up to its closing bracket; null if there is none, or it is empty.
 */
export function bracketedAt(text: string, from: number): Bracketed | null {
  const closing = closings[text.charAt(from)];
  if (closing === undefined || closing === '>') return null;
  emptyOrSign.lastIndex = from;
  if (emptyOrSign.test(text)) return null;
  ofLines.lastIndex = from;
  const isOfLines = ofLines.test(text);
  const end = balancedEnd(text, { from, most: mostOfLines, isOfLines });
  if (end !== -1) return { end: end - 1, closing, isClosed: true };
  const cut = isOfLines ? Math.min(text.length, from + mostOfLines) : lineEnd(text, from);
  return { end: cut, closing, isClosed: false };
}

/** The position after the bracket that closes the one at `from`; -1 if none closes it within the limit. */
export function balancedEnd(
  text: string,
  { from, most, isOfLines }: { from: number; most: number; isOfLines: boolean },
): number {
  const limit = Math.min(text.length, from + most);
  let depth = 0;
  let unclosed = 0;
  for (let at = from; at < limit; at += 1) {
    const one = text.charAt(at);
    if (!isOfLines && (one === '\n' || one === '\r')) return -1;
    if (one === '"' || one === "'") {
      const behind = behindQuote(text, { at, limit });
      if (behind === at) unclosed += 1;
      // Each of them was searched far ahead.
      if (unclosed > mostUnclosed) return -1;
      at = behind;
    }
    if (one === '[' || one === '{' || one === '(') depth += 1;
    else if (one === ']' || one === '}' || one === ')') depth -= 1;
    if (depth === 0) return at + 1;
  }
  return -1;
}

/** The last character of the quoted word that begins at `at`; `at` itself if it is an apostrophe, or never closed. */
function behindQuote(text: string, { at, limit }: { at: number; limit: number }): number {
  const mark = text.charAt(at);
  if (/\w/.test(text.charAt(at - 1))) return at;
  const most = Math.min(limit, at + 1024);
  for (let end = at + 1; end < most; end += 1) {
    if (text[end] === '\n') return at;
    if (text[end] === '\\') end += 1;
    else if (text[end] === mark) return end;
  }
  return at;
}
