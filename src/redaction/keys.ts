const border = /-{4,5} ?(BEGIN|END) ([A-Z0-9 ]{0,48}KEY(?: BLOCK)?) ?-{4,5}/g;

/**
 * Private keys in PEM and similar formats: from BEGIN to END, or to the end of the text. If the beginning of a key was
 * cut away, the lines of base64 before its END.
 */
export function hideKeys(text: string): string {
  let kept = '';
  let from = 0;
  let begin: number | null = null;
  for (const found of text.matchAll(border)) {
    const [line, side, label = ''] = found;
    if (!label.includes('PRIVATE')) continue;
    if (side === 'BEGIN') begin ??= found.index;
    else {
      const start = begin ?? cutKeyStart(text, { end: found.index, least: from });
      kept += `${text.slice(from, start)}***`;
      from = found.index + line.length;
      begin = null;
    }
  }
  return begin === null ? kept + text.slice(from) : `${kept}${text.slice(from, begin)}***`;
}

const ofPutty = /\bPrivate-(?:Lines:[ \t]{0,4}(\d{1,4})|MAC:)/g;
/** A line break, or an escaped one (`\n`). */
const lineBreak = /\r?\n|\r|(?:\\r)?\\n/g;

/** PuTTY keys: the number of base64 lines given by `Private-Lines`, or in a cut text all those before `Private-MAC`. */
export function hidePuttyKeys(text: string): string {
  let kept = '';
  let from = 0;
  for (const found of text.matchAll(ofPutty)) {
    const behind = found.index + found[0].length;
    if (behind <= from) continue;
    const lines =
      found[1] === undefined ? null : linesOfPutty(text, { begin: behind, most: Number(found[1]) });
    const start = lines?.begin ?? cutKeyStart(text, { end: found.index, least: from });
    const end = lines?.end ?? found.index;
    if (/^[\s*]*$/.test(text.slice(start, Math.min(end, start + 400)))) continue;
    kept += `${text.slice(from, start)}***${lines === null ? '\n' : ''}`;
    from = end;
  }
  return kept + text.slice(from);
}

/** As many lines of base64 as announced, or fewer if another line follows. */
function linesOfPutty(text: string, { begin, most }: { begin: number; most: number }) {
  const [first] = /^["' \t]{0,8}(?:\r?\n|\r|(?:\\r)?\\n)/.exec(text.slice(begin, begin + 16)) ?? [];
  if (first === undefined) return { begin, end: begin };
  const start = begin + first.length;
  let end = start;
  for (let [line, at] = [0, start]; line < most && at < text.length; line += 1) {
    lineBreak.lastIndex = at;
    const next = lineBreak.exec(text);
    const stop = next?.index ?? text.length;
    const one = text.slice(at, Math.min(stop, at + 1024));
    if (!/(?:^|[\s|>\]])[A-Za-z0-9+/=]{1,512}["']?[ \t]{0,8}$/.test(one) || one.includes('Private-MAC'))
      break;
    end = stop;
    at = stop + (next?.[0].length ?? 0);
  }
  return { begin: start, end };
}

/** The start of the base64 that ends at `end`; line ends may be escaped as `\n`. */
function cutKeyStart(text: string, { end, least }: { end: number; least: number }): number {
  let start = end;
  while (start > least && /[A-Za-z0-9+/=\\]/.test(text.charAt(start - 1))) start -= 1;
  while (start > least && /[\r\n]/.test(text.charAt(start - 1))) {
    let above = start - 1;
    if (text[above] === '\n' && text[above - 1] === '\r') above -= 1;
    const lineStart = beginOfLine(text, { end: above, least });
    if (!isOfKey(text.slice(lineStart, above))) break;
    start = lineStart;
  }
  return start;
}

function beginOfLine(text: string, { end, least }: { end: number; least: number }): number {
  let start = end;
  while (start > least && !/[\r\n]/.test(text.charAt(start - 1))) start -= 1;
  return start;
}

/** Base64, alone or after the prefix that a logger adds to each line; or a header of an encrypted key. */
function isOfKey(line: string): boolean {
  return (
    /^[ \t]{0,64}[A-Za-z0-9+/=]*[ \t]{0,8}$/.test(line) ||
    /(?:^|[\s|>\]])[A-Za-z0-9+/=]{40,}[ \t]{0,8}$/.test(line) ||
    /^(?:Proc-Type|DEK-Info|Version|Comment|Hash|Charset): .{0,200}$/.test(line)
  );
}
