/** One line of a list in help: a term and its meaning. */
export type Entry = readonly [term: string, meaning: string];

/** The narrowest terminal that help is laid out for, in columns. */
const narrowest = 60;
const widest = 100;
const usual = 80;

/** The columns to lay help out for. */
export function columnsOf(width: number | undefined): number {
  return Math.min(widest, Math.max(narrowest, width ?? usual));
}

/** A heading and its entries in two columns; nothing if there are no entries. */
export function section(title: string, entries: readonly Entry[], columns: number): string[] {
  if (entries.length === 0) return [];
  const widths = entries.map(([term]) => term.length).filter((length) => length <= 26);
  const indent = 2 + Math.max(0, ...widths) + 2;
  return ['', title, ...entries.flatMap((entry) => entryLines(entry, { indent, columns }))];
}

function entryLines(
  [term, meaning]: Entry,
  { indent, columns }: { indent: number; columns: number },
): string[] {
  const [first = '', ...rest] = wrapped(meaning, columns - indent);
  const left = `  ${term}`;
  const blank = ' '.repeat(indent);
  const lines = rest.map((line) => blank + line);
  if (left.length + 2 > indent) return [left, blank + first, ...lines];
  return [left.padEnd(indent) + first, ...lines];
}

/** Wraps a text to a number of columns. */
export function wrapped(text: string, columns: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    if (line !== '' && line.length + 1 + word.length > columns) {
      lines.push(line);
      line = word;
    } else line = line === '' ? word : `${line} ${word}`;
  }
  return [...lines, line];
}

/** Lines under a heading, each indented by two. */
export function block(title: string, lines: readonly string[]): string[] {
  return lines.length === 0 ? [] : ['', title, ...lines.map((line) => `  ${line}`)];
}
