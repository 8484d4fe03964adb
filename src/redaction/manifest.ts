import { bracketedAt } from './bracketed.ts';
import { lineEnd } from './quoted.ts';

const isSecret = /\bkind["']?[ \t]{0,4}:[ \t]{0,4}["']?(?:Sealed)?Secret\b/;
const data = /(?<![\w-])["']?(?:data|stringData)["']?[ \t]{0,4}:[ \t]{0,4}(?=\r?\n|\{)/g;
const entry = /([ \t]{1,80}["']?[\w.-]{1,253}["']?:[ \t]{1,8})?[^\r\n]*/y;

/** Every value below `data` and `stringData` in a text with a Secret of Kubernetes, whatever its name. */
export function hideManifests(text: string): string {
  if (!isSecret.test(text)) return text;
  let kept = '';
  let from = 0;
  for (const found of text.matchAll(data)) {
    const begin = found.index + found[0].length;
    if (begin < from) continue;
    const value =
      text[begin] === '{'
        ? ofJson(text, begin)
        : ofYaml(text, { begin, column: columnOf(text, found.index) });
    if (value === null) continue;
    kept += text.slice(from, begin) + value.shown;
    from = value.end;
  }
  return kept + text.slice(from);
}

function ofJson(text: string, begin: number): { end: number; shown: string } | null {
  const group = bracketedAt(text, begin);
  if (group === null) return null;
  return { end: group.isClosed ? group.end + 1 : group.end, shown: '{***}' };
}

function columnOf(text: string, at: number): number {
  const before = text.slice(Math.max(0, at - 200), at);
  return /[ \t]*$/.exec(before)?.[0].length ?? 0;
}

function ofYaml(
  text: string,
  { begin, column }: { begin: number; column: number },
): { end: number; shown: string } {
  let shown = '';
  let end = lineEnd(text, begin);
  while (end < text.length) {
    const start = text.startsWith('\r\n', end) ? end + 2 : end + 1;
    entry.lastIndex = start;
    const [line = '', name] = entry.exec(text) ?? [];
    if (line.trim() !== '' && line.length - line.trimStart().length <= column) break;
    shown += text.slice(end, start) + (name === undefined ? line.replace(/\S.*/, '***') : `${name}***`);
    end = start + line.length;
    if (start >= text.length) break;
  }
  return { end, shown };
}
