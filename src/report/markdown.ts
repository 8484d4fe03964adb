import { visible } from '../text/visible.ts';

/** A GitHub table: every row on one line, whatever is in its cells. Ends with a newline. */
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
 * Text that Markdown shows as it is, also at the start of a line: no markup, no HTML, no cell or line that ends early, and
 * nothing that GitHub makes of bare words: no mention, no address, no reference, no formula.
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

/** Parts a word where an escape does not: GitHub looks at the text that was rendered. */
const unseen = '&#8203;';
