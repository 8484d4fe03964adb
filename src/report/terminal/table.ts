import type { Cell, Column } from './tableColumn.ts';
import { glyphsOf, type View } from './view.ts';
import { cutToWidth, displayWidth, shortened } from './width.ts';

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

/** A column that is shown, and its width. */
export interface Fitted {
  readonly column: Column;
  readonly width: number;
  /** Whether its cells have their short form. */
  readonly isShort: boolean;
}

const gap = 2;
/** Default maximum width of a column. */
export const usualMost = 40;

/**
 * The columns for a terminal of this width. Beginning with the least important column, texts are cut, then cells get their
 * short form, then columns are dropped. Remaining space is given back, to the most important columns first.
 */
export function fitColumns(columns: readonly Column[], width: number | undefined): Fitted[] {
  let fitted: Fitted[] = columns.map((column) => ({
    column,
    width: naturalWidth(column, false),
    isShort: false,
  }));
  if (width === undefined) return fitted;
  const leastFirst = [...columns].sort((a, b) => b.rank - a.rank);
  const steps: ((one: Fitted) => Fitted | null)[] = [cut, shorten, () => null];
  for (const step of steps) {
    for (const column of leastFirst) {
      if (lineWidth(fitted) <= width) return giveBack(fitted, width);
      if (fitted.length === 1) break;
      fitted = fitted.flatMap((one) => (one.column === column ? (step(one) ?? []) : [one]));
    }
  }
  return giveBack(
    fitted.map((one) => ({ ...one, width: Math.min(one.width, width) })),
    width,
  );
}

function cut(one: Fitted): Fitted {
  return {
    ...one,
    width: Math.min(one.width, Math.max(one.column.least ?? one.width, titleWidth(one.column))),
  };
}

function shorten(one: Fitted): Fitted {
  if (!one.column.cells.some((cell) => cell.short !== undefined)) return one;
  return { ...one, width: Math.min(one.width, naturalWidth(one.column, true)), isShort: true };
}

function giveBack(fitted: readonly Fitted[], width: number): Fitted[] {
  let room = width - lineWidth(fitted);
  const grown = new Map<Column, Fitted>();
  for (const one of [...fitted].sort((a, b) => a.column.rank - b.column.rank)) {
    const full = naturalWidth(one.column, false);
    const isShort = one.isShort && full - one.width > room;
    const wanted = isShort ? naturalWidth(one.column, true) : full;
    const grownWidth = one.width + Math.max(0, Math.min(room, wanted - one.width));
    room -= grownWidth - one.width;
    grown.set(one.column, { ...one, isShort, width: grownWidth });
  }
  return fitted.map((one) => grown.get(one.column) ?? one);
}

function naturalWidth(column: Column, isShort: boolean): number {
  const text = (cell: Cell): string => (isShort ? (cell.short ?? cell.text) : cell.text);
  return column.cells.reduce((most, cell) => Math.max(most, displayWidth(text(cell))), titleWidth(column));
}

function titleWidth(column: Column): number {
  return displayWidth(column.title);
}

function lineWidth(fitted: readonly Fitted[]): number {
  return fitted.reduce((sum, one) => sum + one.width, gap * Math.max(0, fitted.length - 1));
}
