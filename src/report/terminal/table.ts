import { glyphsOf } from './glyphs.ts';
import { shortened } from './shortened.ts';
import type { Cell, Column } from './tableColumn.ts';
import { type Fitted, fitColumns, usualMost } from './tableFit.ts';
import type { View } from './view.ts';
import { cutToWidth, displayWidth } from './width.ts';

/**
 * Aligned lines without trailing spaces. Control characters in cells are escaped first, so no text can break the table. In a
 * terminal, columns are cut, shortened, then dropped by rank until the lines fit, and empty columns are left out. In a pipe
 * all columns are there, and an empty cell is a dash.
 */
export function table(columns: readonly Column[], view: View & { readonly header?: boolean }): string[] {
  const { ellipsis } = glyphsOf(view);
  const shown = columns.map((column) => ({
    ...column,
    cells: column.cells.map((cell) => readable(cell, { view, most: mostOf(column, view) })),
  }));
  const fitted = fitColumns(view.width === undefined ? shown : shown.filter(saysSomething), view.width);
  const last = fitted.at(-1);
  const isLast = (column: Column) => column === last?.column && column.align !== 'right';
  const header = fitted.map(({ column, width }) =>
    paintCell(
      { text: column.title, style: 'dim' },
      { column, width, ellipsis, view, isLast: isLast(column) },
    ),
  );
  const rows = (columns[0]?.cells ?? []).map((_, row) =>
    fitted.map(({ column, width, isShort }) => {
      const cell = column.cells[row] ?? { text: '' };
      const text = isShort ? (cell.short ?? cell.text) : cell.text;
      return paintCell({ ...cell, text }, { column, width, ellipsis, view, isLast: isLast(column) });
    }),
  );
  return (view.header === false ? rows : [header, ...rows]).map((cells) => cells.join('  ').trimEnd());
}

/** The cells as visible text, row by row; in a terminal, cut to the maximum width of their column. */
export function tableTexts(columns: readonly Column[], view: View): string[][] {
  const rows = columns[0]?.cells ?? [];
  return rows.map((_, row) =>
    columns.map((column) =>
      shortened(column.cells[row]?.text ?? '', { ...view, most: mostOf(column, view) }),
    ),
  );
}

/** In a pipe nothing is cut. */
function mostOf({ most }: Column, { width }: View): number | undefined {
  return width === undefined ? undefined : (most ?? usualMost);
}

function readable(
  cell: Cell,
  { view, most }: { readonly view: View; readonly most: number | undefined },
): Cell {
  const show = (text: string): string => shortened(text, { ...view, most });
  const text = show(cell.text);
  return {
    ...cell,
    text: view.width === undefined && text === '' ? '-' : text,
    ...(cell.short === undefined ? {} : { short: show(cell.short) }),
  };
}

function saysSomething(column: Column): boolean {
  return column.cells.length === 0 || column.cells.some((cell) => cell.text !== '');
}

function paintCell(
  cell: Cell,
  {
    column,
    width,
    ellipsis,
    view,
    isLast,
  }: Omit<Fitted, 'isShort'> & { ellipsis: string; view: View; isLast: boolean },
): string {
  const text = cutToWidth(cell.text, { width, ellipsis });
  // The last column needs no padding.
  const blanks = isLast ? '' : ' '.repeat(width - displayWidth(text));
  // Spaces are not colored.
  const painted = cell.style === undefined ? text : view.paint(cell.style, text);
  return column.align === 'right' ? blanks + painted : painted + blanks;
}
