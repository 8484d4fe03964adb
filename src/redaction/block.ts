import { isHarmless, looksMade } from './harmless.ts';
import { lineEnd, quotedAt } from './quoted.ts';
import { isAboutIt, isSecretName } from './secretName.ts';
import type { HiddenValue } from './value.ts';

/** What may follow a name whose value is on the next lines: YAML's tag, anchor, block indicator, comment; a `\`. */
const rest =
  /[ \t]{0,8}(?:!{1,2}[\w:./-]{0,64}[ \t]{0,8}|&[\w-]{1,64}[ \t]{0,8}){0,2}([|>][+-]?\d?[+-]?|\\)?[ \t]{0,32}(?:#[ \t][^\r\n]{0,200})?\r?\n/y;
const leading = /^[ \t]{0,200}(?:-[ \t]{1,8}){0,4}/;
const item = /[ \t]{0,200}(?:-[ \t]{1,8}){0,4}(?:["']?[\w.-]{1,64}["']?:(?:[ \t]{1,8}|(?=[\r\n])))?/y;
const nameOfItem = /([\w.-]{1,64})["']?:[ \t]{0,8}$/;

/** `text` from `begin` on follows a name that begins at `name`. */
interface Place {
  readonly name: number;
  readonly begin: number;
}

/**
 * The value of a name on the lines below, which are indented more: a block of YAML (`|`, `>`), a word, a list, names
 * with words. Null if there is none; a sentence is not a value.
 */
export function blockBelow(text: string, { name, begin }: Place): HiddenValue | null {
  rest.lastIndex = begin;
  const found = rest.exec(text);
  if (found === null) return null;
  const start = rest.lastIndex;
  const key = keyBefore(text, name);
  const kept = text.slice(begin, start);
  const [, sign] = found;
  if (sign !== undefined && sign !== '\\') return wholeBlock(text, { start, kept, indent: key?.indent ?? 0 });
  if (sign === '\\') return oneWord(text, { start, kept });
  const below = key === null ? null : linesBelow(text, { start, kept, ...key });
  return below ?? wordBelow(text, { start, kept, isKey: key !== null, name });
}

/** The indentation of a YAML key, and whether it is in a list; null if the name is not such a key. */
function keyBefore(text: string, name: number): { indent: number; isItem: boolean } | null {
  const before = text.slice(Math.max(0, name - 264), name);
  const line = before.slice(Math.max(before.lastIndexOf('\n'), before.lastIndexOf('\r')) + 1);
  const [blank = ''] = leading.exec(line) ?? [];
  if (!/^["']?[\w.-]{0,64}$/.test(line.slice(blank.length))) return null;
  return { indent: blank.length, isItem: blank.includes('-') };
}

function wholeBlock(
  text: string,
  { start, kept, indent }: { start: number; kept: string; indent: number },
): HiddenValue | null {
  let end = start;
  let first: string | null = null;
  for (let at = start; at < text.length; ) {
    const line = lineEnd(text, at);
    const [blank = ''] = /^[ \t]*/.exec(text.slice(at, Math.min(line, at + 200))) ?? [];
    if (at + blank.length < line) {
      if (blank.length <= indent && blank.length < 200) break;
      first ??= blank;
      end = line;
    }
    at = behindBreak(text, line);
  }
  return first === null ? null : { end, shown: `${kept}${first}***` };
}

function oneWord(text: string, { start, kept }: { start: number; kept: string }): HiddenValue | null {
  const [blank = ''] = /^[ \t]*/.exec(text.slice(start, start + 200)) ?? [];
  const end = wordOfLine(text, start + blank.length);
  return end === null ? null : { end, shown: `${kept}${blank}***` };
}

/** Not a value: the next pair, a list, a bracket, a comment, a path. */
const otherLine = /^(?:["']?[\w.-]{1,128}["']?[ \t]{0,4}[=:]|[[\]{}()<>#|/;,*-]|\.{2,})/;

/** `Password:` followed by the typed text, or `password=` followed by a line with a single word. */
function wordBelow(
  text: string,
  { start, kept, isKey, name }: { start: number; kept: string; isKey: boolean; name: number },
): HiddenValue | null {
  if (/(?:unexpected|invalid|illegal|bad|missing) $/i.test(text.slice(Math.max(0, name - 12), name)))
    return null;
  const [blank = ''] = /^[ \t]*/.exec(text.slice(start, start + 200)) ?? [];
  const from = start + blank.length;
  const end = wordOfLine(text, from);
  if (end === null) return null;
  const value = text.slice(from, Math.min(end, from + 140));
  if (otherLine.test(value) || isHarmless(value) || isSecretName(value)) return null;
  return isKey || looksMade(value) ? { end, shown: `${kept}${blank}***` } : null;
}

function linesBelow(
  text: string,
  { start, kept, indent, isItem }: { start: number; kept: string; indent: number; isItem: boolean },
): HiddenValue | null {
  let shown = kept;
  let done = start;
  let isAny = false;
  for (let at = start; at < text.length; ) {
    item.lastIndex = at;
    const [before = ''] = item.exec(text) ?? [];
    const [blank = ''] = /^[ \t]*/.exec(before) ?? [];
    const isBelow =
      blank.length > indent || (!isItem && blank.length === indent && /^[ \t]*-[ \t]/.test(before));
    const from = at + before.length;
    const end = isBelow ? valueEnd(text, { from, isNamed: before.includes(':') }) : null;
    if (end === null) break;
    const [, name = ''] = nameOfItem.exec(before) ?? [];
    const isOther = end === from || isAboutIt(name) || isHarmless(text.slice(from, Math.min(end, from + 40)));
    shown += text.slice(done, from) + (isOther ? text.slice(from, end) : '***');
    isAny ||= !isOther || text.startsWith('***', from);
    done = end;
    at = behindBreak(text, lineEnd(text, end));
  }
  return isAny ? { end: done, shown } : null;
}

/**
 * For a named value the end of the line; otherwise one word, or one in quotes, that is alone on the line; null for
 * anything else.
 */
function valueEnd(text: string, { from, isNamed }: { from: number; isNamed: boolean }): number | null {
  return isNamed ? lineEnd(text, from) : wordOfLine(text, from);
}

function wordOfLine(text: string, from: number): number | null {
  const quoted = quotedAt(text, from);
  let end = from;
  if (quoted !== null) end = quoted.isClosed ? quoted.end + quoted.closing.length : quoted.end;
  else while (end < text.length && !/\s/.test(text.charAt(end))) end += 1;
  if (end === from || /:$/.test(text.charAt(end - 1))) return null;
  return /^[ \t,]{0,8}(?:$|[\r\n])/.test(text.slice(end, end + 9)) ? end : null;
}

function behindBreak(text: string, line: number): number {
  return text.startsWith('\r\n', line) ? line + 2 : line + 1;
}
