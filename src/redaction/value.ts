import { isHarmless, isNoValue } from './secretName.ts';

const shown = '***';

/** Where a value ends, and what stands in its place; null where it is none that must be hidden. */
export interface HiddenValue {
  readonly end: number;
  readonly shown: string;
}

const opening = /(?:string\(\d{1,9}\)[ \t]{0,4})?[bru$@]{0,2}(\\{0,3}["'`])/y;
const nameBehind = /[,;&][ \t]{0,2}["']?[\w.-]{1,64}["']?[=:]/y;

/**
 * The value that begins at `from`: in quotes up to their end, which is at the latest that of the line; without quotes up
 * to a blank, or to what begins another pair. `isSentence`: a word of a sentence may stand there. Looks at each character
 * once.
 */
export function hiddenValue(text: string, from: number, isSentence = true): HiddenValue | null {
  opening.lastIndex = from;
  const quote = opening.exec(text);
  if (quote === null) return bareValue(text, { from, isOther: isSentence ? isHarmless : isNoValue });
  const begin = opening.lastIndex;
  const { end, isClosed } = quotedEnd(text, { begin, quote: quote[1] ?? '"' });
  if (end === begin) return null;
  return { end, shown: `${text.slice(from, begin)}${shown}${isClosed ? '' : (quote[1] ?? '')}` };
}

/** The end of the line that `from` is in. */
export function lineEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && text[end] !== '\n' && text[end] !== '\r') end += 1;
  return end;
}

function quotedEnd(
  text: string,
  { begin, quote }: { begin: number; quote: string },
): { end: number; isClosed: boolean } {
  const mark = quote.charAt(quote.length - 1);
  const slashes = quote.length - 1;
  let before = 0;
  for (let at = begin; at < text.length; at += 1) {
    const one = text[at];
    if (one === '\n' || one === '\r') return { end: at, isClosed: false };
    // As many backslashes as before the opening one, or an even number more: it is not escaped again.
    if (one === mark && (before === slashes || (before - slashes) % 2 === 0) && before >= slashes)
      return { end: at - slashes, isClosed: true };
    before = one === '\\' ? before + 1 : 0;
  }
  return { end: text.length, isClosed: false };
}

function bareValue(
  text: string,
  { from, isOther }: { from: number; isOther: (value: string) => boolean },
): HiddenValue | null {
  let end = from;
  while (end < text.length && !endsBareValue(text, end)) end += 1;
  if (end === from || isOther(text.slice(from, Math.min(end, from + 40)))) return null;
  return { end, shown };
}

function endsBareValue(text: string, at: number): boolean {
  const one = text.charAt(at);
  if (/\s/.test(one)) return true;
  const next = text.charAt(at + 1);
  if (one === '"' || one === "'" || one === '`') return next === '' || /[\s,;:}\])>&]/.test(next);
  if (one === '<') return next === '/';
  if (one !== ',' && one !== ';' && one !== '&') return false;
  if (next === '' || /[\s"'`]/.test(next)) return true;
  nameBehind.lastIndex = at;
  return nameBehind.test(text);
}
