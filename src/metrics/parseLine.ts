/** A sample line of text format 0.0.4. */
export interface ParsedSample {
  readonly name: string;
  readonly labels: ReadonlyMap<string, string>;
  /** As written: `12`, `1.5e+09`, `+Inf`, `NaN`. */
  readonly value: string;
}

const opening = /^[ \t]*([a-zA-Z_:][a-zA-Z0-9_:]*)[ \t]*/;
// Sticky, so that each starts at the end of the one before; a value may contain anything, escaped.
const labelPattern = /[ \t]*([a-zA-Z_][a-zA-Z0-9_]*)[ \t]*=[ \t]*"((?:[^"\\]|\\.)*)"[ \t]*(,|(?=\}))/suy;

/** The sample of a line; null for a comment, an empty line and anything else. */
export function parseLine(line: string): ParsedSample | null {
  const found = opening.exec(line);
  if (found === null) return null;
  const [head, name = ''] = found;
  const labelled = line[head.length] === '{';
  const set = labelled
    ? readLabels(line, head.length + 1)
    : { labels: new Map<string, string>(), end: head.length };
  if (set === null) return null;
  const [value = ''] = line.slice(set.end).trim().split(/[ \t]/, 1);
  return isNumber(value) ? { name, labels: set.labels, value } : null;
}

/** The name of the sample in a line, found cheaply; '' if there is none. */
export function sampleName(line: string): string {
  return opening.exec(line)?.[1] ?? '';
}

function isNumber(text: string): boolean {
  return /^(NaN|[+-]?Inf)$/i.test(text) || (text !== '' && !Number.isNaN(Number(text)));
}

function readLabels(line: string, start: number): { labels: Map<string, string>; end: number } | null {
  const labels = new Map<string, string>();
  let position = start;
  for (;;) {
    labelPattern.lastIndex = position;
    const found = labelPattern.exec(line);
    if (found === null) break;
    labels.set(found[1] ?? '', unescaped(found[2] ?? ''));
    position += found[0].length;
  }
  const closing = /^[ \t]*\}/.exec(line.slice(position));
  return closing === null ? null : { labels, end: position + closing[0].length };
}

function unescaped(text: string): string {
  return text.includes('\\')
    ? text.replaceAll(/\\(.)/gsu, (_, character: string) => (character === 'n' ? '\n' : character))
    : text;
}
