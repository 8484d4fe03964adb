import { columnsMarkdown, markdownText } from '../markdown.ts';
import { table } from '../terminal/table.ts';
import type { Column } from '../terminal/tableColumn.ts';
import { plainPaint, type View } from '../terminal/view.ts';

/** A section of a report: title, table and lines, each optional. */
export interface Section {
  readonly title?: string;
  readonly columns?: readonly Column[];
  readonly notes?: readonly string[];
}

/** The sections for a terminal, separated by empty lines. Ends with a newline. */
export function sectionsText(sections: readonly Section[], view: View): string {
  const parts = sections.map(({ title, columns, notes = [] }) => [
    ...(title === undefined ? [] : [view.paint('strong', title)]),
    ...(columns === undefined
      ? []
      : table(columns, { ...view, header: columns.some((one) => one.title !== '') })),
    ...(columns === undefined || notes.length === 0 ? [] : ['']),
    ...notes,
  ]);
  return `${parts.map((lines) => lines.join('\n')).join('\n\n')}\n`;
}

/** The view for Markdown: UTC, and no text is cut. */
export function markdownView(view: View): View {
  return { ...view, width: undefined, local: false, ascii: false, paint: plainPaint };
}

export function sectionsMarkdown(sections: readonly Section[]): string {
  return sections
    .map(({ title, columns, notes = [] }, index) =>
      [
        ...(title === undefined ? [] : [`${index === 0 ? '##' : '###'} ${markdownText(title)}\n`]),
        ...(columns === undefined ? [] : [columnsMarkdown(columns)]),
        ...notes.map((note) => `${markdownText(note.trim())}\n`),
      ].join('\n'),
    )
    .join('\n');
}
