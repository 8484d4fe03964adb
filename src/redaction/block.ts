import { isHarmless } from './harmless.ts';
import { lineEnd, quotedAt } from './quoted.ts';
import { isAboutIt } from './secretName.ts';
import type { HiddenValue } from './value.ts';

/** What may stand behind a name whose value is on the next lines: YAML's tag, anchor, sign of a block, comment; a `\`. */
const rest =
  /[ \t]{0,8}(?:!{1,2}[\w:./-]{0,64}[ \t]{0,8}|&[\w-]{1,64}[ \t]{0,8}){0,2}([|>][+-]?\d?[+-]?|\\)?[ \t]{0,32}(?:#[ \t][^\r\n]{0,200})?\r?\n/y;
const leading = /^[ \t]{0,200}(?:-[ \t]{1,8}){0,4}/;
const item = /[ \t]{0,200}(?:-[ \t]{1,8}){0,4}(?:["']?[\w.-]{1,64}["']?:(?:[ \t]{1,8}|(?=[\r\n])))?/y;
const nameOfItem = /([\w.-]{1,64})["']?:[ \t]{0,8}$/;

/** `text` from `begin` on stands behind a name that begins at `name`. */
interface Place {
  readonly name: number;
  readonly begin: number;
}

/**
 * The value of a name on the lines below, which are indented more: a block of YAML (`|`, `>`), a word, a list, names with
 * words. Null where there is none; a sentence is none.
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
  return key === null ? null : linesBelow(text, { start, kept, ...key });
}

/** How far a key of YAML is indented, and whether it stands in a list; null where the name is no such key. */
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

/** Of a named value the line's end; else one word, or one in quotes, that has the line for itself; null where it has not. */
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
