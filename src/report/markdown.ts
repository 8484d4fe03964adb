import { visible } from '../text/visible.ts';

/** A GitHub table; every row is on one line, with any text in its cells. Ends with a newline. */
export function markdownTable(
  columns: readonly { readonly title: string; readonly align?: 'left' | 'right' }[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return [
    line(columns.map((column) => markdownText(column.title))),
    line(columns.map((column) => (column.align === 'right' ? '---:' : '---'))),
    ...rows.map((row) => line(row.map(markdownText))),
  ].join('');
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
