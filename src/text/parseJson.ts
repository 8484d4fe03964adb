/** Nothing that this program reads is nested deeper than a handful of levels. */
const deepest = 200;

/** Shorter ones cannot be nested deeply enough to cost time. */
const shortCharacters = 65_536;

/**
 * `JSON.parse` for text of others: throws SyntaxError if it is not JSON, or if it is long and nested deeper than 200
 * levels, which takes V8 much longer than in proportion to its length.
 */
export function parseJson(text: string): unknown {
  if (text.length > shortCharacters && isDeep(text)) throw new SyntaxError('JSON that is nested too deeply');
  return JSON.parse(text);
}

function isDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const one = text.charCodeAt(at);
    if (one === quote) at = endOfString(text, at);
    else if (one === openBracket || one === openBrace) depth += 1;
    else if (one === closeBracket || one === closeBrace) depth -= 1;
    if (depth > deepest) return true;
  }
  return false;
}

/** The position of its last quote, or the length of the text. */
function endOfString(text: string, from: number): number {
  for (let at = from + 1; at < text.length; at += 1) {
    const one = text.charCodeAt(at);
    if (one === backslash) at += 1;
    else if (one === quote) return at;
  }
  return text.length;
}

const [quote, backslash, openBracket, closeBracket, openBrace, closeBrace] = [
  0x22, 0x5c, 0x5b, 0x5d, 0x7b, 0x7d,
];
