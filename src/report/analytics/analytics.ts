import { type CsvValue, csv } from '../csv.ts';
import { asciiJson, type Json } from '../json.ts';
import type { Format, View } from '../terminal/view.ts';
import { markdownView, type Section, sectionsMarkdown, sectionsText } from './sections.ts';

/** One table of figures, in each output format. */
export interface Analytics {
  /** The table, if there is one, and the lines below it, for terminals. */
  readonly shown: (view: View) => Pick<Section, 'columns'> & Required<Pick<Section, 'notes'>>;
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
      return sectionsMarkdown([figures.shown(markdownView(view))]);
    case 'table':
      return sectionsText([figures.shown(view)], view);
  }
}
