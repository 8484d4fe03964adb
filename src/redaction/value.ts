import { balancedEnd, bracketedAt } from './bracketed.ts';
import { isHarmless, isNoValue } from './harmless.ts';
import { quotedAt } from './quoted.ts';

const shown = '***';

/** The end of a value, and its replacement; null if nothing must be hidden. */
export interface HiddenValue {
  readonly end: number;
  readonly shown: string;
}

const nameBehind = /[,;&][ \t]{0,2}["']?[\w.-]{1,64}["']?[=:]/y;
/** Shells and SQL join adjacent parts: `'a'"b"c`, `'it''s'`. */
const goesOn = /[\w$]|(["'])(?=[^\s"',;:)\]}>|&\\])/y;

/**
 * The value that begins at `from`: in quotes up to their end, even on a later line; without quotes up to a space, or
 * the beginning of another pair. `isSentence`: it may be a word of a sentence.
 */
export function hiddenValue(text: string, from: number, isSentence = true): HiddenValue | null {
  const quoted = quotedAt(text, from);
  if (quoted === null) return bareValue(text, { from, isOther: isSentence ? isHarmless : isNoValue });
  const { begin, end, closing, isClosed } = quoted;
  if (end === begin && !continues(text, end + closing.length)) return null;
  const all = `${text.slice(from, begin)}${shown}`;
  if (!isClosed) return { end, shown: `${all}${closing}` };
  const behind = end + closing.length;
  return { end: continues(text, behind) ? restOf(text, behind) : behind, shown: `${all}${closing}` };
}

/** The same, or a whole list, object or group. */
export function hiddenValues(text: string, from: number, isSentence = true): HiddenValue | null {
  const inner = /^[([{]([\w.]{1,40}|\*{3}(?=[)\]}]))/.exec(text.slice(from, from + 44))?.[1];
  if (inner === shown || (isSentence && text[from] === '(' && inner !== undefined && isHarmless(inner)))
    return null;
  const group = bracketedAt(text, from);
  if (group === null) return hiddenValue(text, from, isSentence);
  const all = `${text.charAt(from)}${shown}${group.closing}`;
  if (!group.isClosed) return { end: group.end, shown: all };
  const behind = group.end + 1;
  return { end: continues(text, behind) ? restOf(text, behind) : behind, shown: all };
}

function continues(text: string, at: number): boolean {
  goesOn.lastIndex = at;
  return goesOn.test(text);
}

function restOf(text: string, from: number): number {
  let end = from;
  while (continues(text, end)) {
    const quoted = quotedAt(text, end);
    if (quoted?.isClosed === true) end = quoted.end + quoted.closing.length;
    else return bareEnd(text, end);
  }
  return end;
}

function bareValue(
  text: string,
  { from, isOther }: { from: number; isOther: (value: string) => boolean },
): HiddenValue | null {
  const end = bareEnd(text, from);
  if (end === from || isOther(text.slice(from, Math.min(end, from + 40)))) return null;
  return { end, shown };
}

function bareEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && !endsBareValue(text, end)) {
    if (text[end] === '\\' && /[ \t]/.test(text.charAt(end + 1))) end += 2;
    else if (text[end] === '$' && /[{(]/.test(text.charAt(end + 1))) {
      const behind = balancedEnd(text, { from: end + 1, most: 1024, isOfLines: false });
      end = behind === -1 ? end + 1 : behind;
    } else end += 1;
  }
  return end;
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
