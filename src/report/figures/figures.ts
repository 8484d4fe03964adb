import { type CsvValue, csv } from '../csv.ts';
import { asciiJson, type Json } from '../json.ts';
import { markdownTable, markdownText } from '../markdown.ts';
import { plainPaint } from '../paint.ts';
import { table, tableTexts } from '../table.ts';
import type { Column } from '../tableColumn.ts';
import type { Format, View } from '../view.ts';

/** One table of figures, in each of the forms that it is asked for. */
export interface Figures {
  /** The table and the lines below it, for people. */
  readonly shown: (view: View) => { readonly columns: readonly Column[]; readonly notes: readonly string[] };
  readonly json: Json;
  readonly csv: { readonly header: readonly string[]; readonly records: readonly (readonly CsvValue[])[] };
}

/** The figures as text that ends with a newline. Markdown is for a pull request: UTC, no colours. */
export function formatFigures(
  figures: Figures,
  { format, ...view }: View & { readonly format: Format },
): string {
  switch (format) {
    case 'json':
      return `${asciiJson(figures.json, { pretty: true })}\n`;
    case 'csv':
      return csv(figures.csv.header, figures.csv.records);
    case 'markdown':
      return markdown(figures, { ...view, width: undefined, local: false, ascii: false, paint: plainPaint });
    case 'table': {
      const { columns, notes } = figures.shown(view);
      return `${[...table(columns, view), ...(notes.length === 0 ? [] : ['', ...notes])].join('\n')}\n`;
    }
  }
}

function markdown(figures: Figures, view: View): string {
  const { columns, notes } = figures.shown(view);
  const titles = columns.map(({ title, align }) => ({
    title: title.toLowerCase(),
    ...(align === undefined ? {} : { align }),
  }));
  const below = notes.map((note) => `\n${markdownText(note.trim())}\n`);
  return [markdownTable(titles, tableTexts(columns, view)), ...below].join('');
}
