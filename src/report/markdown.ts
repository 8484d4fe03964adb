import { visible } from './visible.ts';

/** A GitHub table: every row on one line, whatever is in its cells. Ends with a newline. */
export function markdownTable(
  columns: readonly { readonly title: string; readonly align?: 'left' | 'right' }[],
  rows: readonly (readonly string[])[],
): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return [
    line(columns.map((column) => column.title)),
    line(columns.map((column) => (column.align === 'right' ? '---:' : '---'))),
    ...rows.map((row) => line(row.map(markdownText))),
  ].join('');
}

/** Text that Markdown shows as it is: no markup, no HTML, no cell or line that ends early. */
export function markdownText(text: string): string {
  return visible(text).replace(/[\\`*_[\]<>|~&#]/g, '\\$&');
}
