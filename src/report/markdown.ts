import { visible } from '../text/visible.ts';
import type { Cell, Column } from './terminal/tableColumn.ts';

/** A text, which is escaped, or Markdown. */
type MarkdownCell = string | { readonly markdown: string };

/** A GitHub table; every row is on one line, with any text in its cells. Ends with a newline. */
export function markdownTable(
  columns: readonly { readonly title: string; readonly align?: 'left' | 'right' }[],
  rows: readonly (readonly MarkdownCell[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  const shown = (cell: MarkdownCell): string =>
    typeof cell === 'string' ? markdownText(cell) : cell.markdown;
  return [
    line(columns.map((column) => markdownText(column.title))),
    line(columns.map((column) => (column.align === 'right' ? '---:' : '---'))),
    ...rows.map((row) => line(row.map(shown))),
  ].join('');
}

/** The same for the columns of a table, as for a pipe: no text is cut. */
export function columnsMarkdown(columns: readonly Column[]): string {
  return markdownTable(
    columns.map(({ title, align = 'left' }) => ({ title: title.toLowerCase(), align })),
    (columns[0]?.cells ?? []).map((_, row) => columns.map(({ cells }) => markdownCell(cells[row]))),
  );
}

function markdownCell({ text, summary = text, link = null }: Cell = { text: '' }): MarkdownCell {
  const linked = markdownLink(summary, link);
  return linked === null ? summary : { markdown: linked };
}

/** A link, only to http and https, and nothing in the URL ends it or its cell; null if the URL is another or invalid. */
export function markdownLink(text: string, url: string | null): string | null {
  if (url === null || !/^https?:\/\//i.test(url) || !URL.canParse(url)) return null;
  return `[${markdownText(text)}](<${new URL(url).href.replace(/[<>|\s\\]/g, encodeURIComponent)}>)`;
}

/** A time of the ledger to the second: milliseconds are noise in a summary. */
export function toSecond(iso: string): string {
  return iso.replace(/\.\d{3}Z$/, 'Z');
}

/**
 * Escapes text so that Markdown shows it unchanged, also at the start of a line: no markup, no HTML, no early end of a cell
 * or line, and none of GitHub's automatic mentions, links, references and formulas.
 */
export function markdownText(text: string): string {
  return visible(text)
    .replace(/[\\`*_[\]<>|~&#$]/g, '\\$&')
    .replace(/^[ \u00a0]+/, (blanks) => '&nbsp;'.repeat(blanks.length))
    .replace(/^(?:=|[-+](?!\.?\d))/, '\\$&')
    .replace(/^(\d{1,9})([.)])(?=\s|$)/, '$1\\$2')
    .replace(/:\/\//g, '\\://')
    .replace(/\b(www|mailto|xmpp)(?=[.:])/gi, '$1\\')
    .replace(/@|#(?=\d)|\bGH-(?=\d)/g, `$&${unseen}`);
}

/** A zero-width space. Escapes do not help here, because GitHub looks for mentions in the rendered text. */
const unseen = '&#8203;';
