import { isHarmless, looksMade } from './harmless.ts';
import { lineEnd } from './quoted.ts';
import { hiddenValue } from './value.ts';

const header =
  /\b((?:proxy-|http_)?authorization|(?:set-)?cookie2?|cookies(?=["']?[ \t]{0,4}[:=][ \t]{0,4}[[{]))[\\"']{0,4}[ \t\u00a0]{0,8}(?:[:=]>?|(?<=["']),|%(?:25)?3[AD](?:%20|\+)?)[ \t\u00a0]{0,8}\[?/gi;
const oneWord =
  /(?:(?:basic|bearer|token|negotiate|ntlm|apikey|splunk)(?:[ \t]{1,8}|[ \t]{0,8}\r?\n[ \t]{1,8})["']?)?[^\s"',;\]]{1,8192}/iy;
/** An unknown scheme, and the value after it. */
const ofOwnScheme = /[A-Za-z][A-Za-z0-9-]{1,32}[ \t]{1,8}((?:[\w.-]{1,64}=")?[^\s"',;\]]{1,8192})/y;
const listed = /(?:digest|hawk|aws4-hmac-sha256|oauth|signature)\b/iy;

/** `Authorization: …` with its scheme; `Cookie: …` as a whole. */
export function hideHeaders(text: string): string {
  let kept = '';
  let from = 0;
  header.lastIndex = 0;
  for (let found = header.exec(text); found !== null; found = header.exec(text)) {
    const [all, name = ''] = found;
    const begin = found.index + all.length;
    const value = secretValue(text, { name, begin, quote: text.charAt(found.index - 1) });
    if (value === null) continue;
    kept += text.slice(from, begin) + value.shown;
    from = value.end;
    header.lastIndex = Math.max(value.end, begin);
  }
  return kept + text.slice(from);
}

function secretValue(text: string, { name, begin, quote }: { name: string; begin: number; quote: string }) {
  if (/["'`\\]/.test(text.charAt(begin))) return hiddenValue(text, begin);
  listed.lastIndex = begin;
  const isLine = /cookie/i.test(name) || listed.test(text);
  if (isLine) {
    const end = endOfHeader(text, { begin, quote });
    // `cookie: disabled`
    if (
      text
        .slice(begin, Math.min(end, begin + 80))
        .split(/\s+/)
        .every(isHarmless)
    )
      return null;
    return end === begin ? null : { end, shown: '***' };
  }
  ofOwnScheme.lastIndex = begin;
  const [both = '', behind = ''] = ofOwnScheme.exec(text) ?? [];
  if (looksMade(behind) && !isHarmless(both.split(/\s/, 1)[0] ?? ''))
    return { end: begin + both.length, shown: '***' };
  oneWord.lastIndex = begin;
  const [word = ''] = oneWord.exec(text) ?? [];
  const isWords = !/\s/.test(word) && isHarmless(word);
  return word === '' || isWords ? null : { end: begin + word.length, shown: '***' };
}

/** A header continues in a line that begins with a space. */
const folded = /(?:\r\n|\n)[ \t]{1,8}(?=[\w.-]{1,64}=)/y;

/** The end of the line, or of the quotes around the whole header (`-H 'Cookie: …'`). */
function endOfHeader(text: string, { begin, quote }: { begin: number; quote: string }): number {
  const isQuoted = quote === '"' || quote === "'" || quote === '`';
  let end = isQuoted ? begin : lineEnd(text, begin);
  for (folded.lastIndex = end; !isQuoted && folded.test(text); folded.lastIndex = end)
    end = lineEnd(text, folded.lastIndex);
  if (!isQuoted) return end;
  while (end < text.length && text[end] !== '\n' && text[end] !== '\r' && text[end] !== quote) end += 1;
  return end;
}

const bearer = /\b(bearer[ \t]{1,8}["']?)([^\s"',;<>)]{1,8192})/gi;
const aboutBearer =
  /^(?:tokens?|auth\w{0,16}|credentials?|schemes?|headers?|realm\b.{0,99}|error\w{0,12}=?.{0,99}|scope=.{0,99}|format|type|methods?|security|instead)[.:!?]?$/i;
const basic = /\b(basic[ \t]{1,8}["']?)([A-Za-z0-9+/_-]{6,2048}={0,2})/gi;

/** `Bearer …` and `Basic …` at any position. */
export function hideSchemes(text: string): string {
  return text
    .replace(bearer, (all, before: string, word: string) =>
      aboutBearer.test(word) || isHarmless(word) ? all : `${before}***`,
    )
    .replace(basic, (all, before: string, word: string) => (isUserAndPassword(word) ? `${before}***` : all));
}

/** `authentication` could be base64 too, but does not decode to `user:password`. */
function isUserAndPassword(word: string): boolean {
  const text = Buffer.from(word, 'base64').toString('latin1');
  return text.includes(':') && /^[\x20-\xff]*$/.test(text);
}
