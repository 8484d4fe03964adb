/** The opening of a quoted value, with the prefix of an escaping, an encoding or a language. */
const opening =
  /(?:string\(\d{1,9}\)[ \t]{0,4})?(?:<<)?[@bru$]{0,2}("""|'''|\\{0,3}["'`]|%(?:25)?2[27]|&(?:quot|apos|#3[49]|#x2[27]);|\\{1,2}[ux](?:00)?2[27]|[“„‘«])/iy;
const closings: Readonly<Record<string, string>> = { '“': '”', '„': '“', '‘': '’', '«': '»' };
/** The position after the quote that ends a value of several lines. */
const closes = /[ \t]{0,8}(?:$|[\r\n,;)\]}>&|#]|\.\w|as\b)/y;

export interface Quoted {
  /** The start of the value, after its quote. */
  readonly begin: number;
  /** The position of its last quote, or its end without one. */
  readonly end: number;
  /** What closes it; it is in the text unless the value is not closed. */
  readonly closing: string;
  readonly isClosed: boolean;
}

/** The quoted value that begins at `from`; null if no quote does. Reads no character after the next such quote. */
export function quotedAt(text: string, from: number): Quoted | null {
  opening.lastIndex = from;
  const found = opening.exec(text);
  if (found === null) return null;
  const [, quote = '"'] = found;
  const begin = opening.lastIndex;
  const closing = closings[quote] ?? quote;
  const isPlain = /^\\{0,3}["'`]$/.test(quote);
  if (isPlain) return { begin, closing, ...plainEnd(text, { begin, quote }) };
  return {
    begin,
    closing,
    ...wordEnd(text, { begin, closing, isOfLines: quote.length === 3 && /^["']/.test(quote) }),
  };
}

/** The position of `closing`; otherwise the end of the line, or of the text. */
function wordEnd(
  text: string,
  { begin, closing, isOfLines }: { begin: number; closing: string; isOfLines: boolean },
) {
  for (let end = begin; end < text.length; end += 1) {
    if (text.startsWith(closing, end)) return { end, isClosed: true };
    if (!isOfLines && (text[end] === '\n' || text[end] === '\r')) return { end, isClosed: false };
  }
  return { end: text.length, isClosed: false };
}

/** The end of the line that contains `from`. */
export function lineEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end += 1;
  return end;
}

/**
 * Up to the closing quote. On a later line it must look like one, and not like that of another value: otherwise the
 * value was cut, and ends with its line. If no quote follows at all, all of the remaining text is the value.
 */
function plainEnd(text: string, { begin, quote }: { begin: number; quote: string }) {
  const slashes = quote.length - 1;
  const at = nextQuote(text, { begin, quote });
  if (at === -1) return { end: text.length, isClosed: false };
  let line = begin;
  while (line < at && text[line] !== '\n' && text[line] !== '\r') line += 1;
  if (line === at) return { end: at - slashes, isClosed: true };
  closes.lastIndex = at + 1;
  return closes.test(text) ? { end: at - slashes, isClosed: true } : { end: line, isClosed: false };
}

function nextQuote(text: string, { begin, quote }: { begin: number; quote: string }): number {
  const mark = quote.charAt(quote.length - 1);
  const slashes = quote.length - 1;
  let before = 0;
  for (let at = begin; at < text.length; at += 1) {
    const one = text[at];
    // As many backslashes as before the opening one, or an even number more: it is not escaped again.
    if (one === mark && before >= slashes && (before - slashes) % 2 === 0) return at;
    before = one === '\\' ? before + 1 : 0;
  }
  return -1;
}
