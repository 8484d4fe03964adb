import { type CsvValue, csv } from '../csv.ts';
import { asciiJson, type Json } from '../json.ts';
import type { Column } from '../terminal/tableColumn.ts';
import type { Format, View } from '../terminal/view.ts';
import { markdownView, sectionsMarkdown, sectionsText } from './sections.ts';

/** One table of figures, in each output format. */
export interface Analytics {
  /** The table and the lines below it, for terminals. */
  readonly shown: (view: View) => { readonly columns: readonly Column[]; readonly notes: readonly string[] };
  readonly json: Json;
  readonly csv: { readonly header: readonly string[]; readonly records: readonly (readonly CsvValue[])[] };
}

/** Formats the figures as text that ends with a newline. Markdown is for pull requests: UTC, no colors. */
export function formatAnalytics(
  figures: Analytics,
  { format, ...view }: View & { readonly format: Format },
): string {
  switch (format) {
    case 'json':
      return `${asciiJson(figures.json, { pretty: true })}\n`;
    case 'csv':
      return csv(figures.csv.header, figures.csv.records);
    case 'markdown':
      return sectionsMarkdown([figures.shown(markdownView(view))], markdownView(view));
    case 'table':
      return sectionsText([figures.shown(view)], view);
  }
}
