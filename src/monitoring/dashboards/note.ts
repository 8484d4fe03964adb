import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder as TextBuilder, TextMode } from '@grafana/grafana-foundation-sdk/text';

export interface NoteSpec {
  readonly title: string;
  readonly description: string;
  readonly span: number;
  readonly height: number;
  readonly markdown: readonly string[];
}

/** A panel of Markdown text. */
export function note({ title, description, span, height, markdown }: NoteSpec): Builder<Panel> {
  return new TextBuilder()
    .title(title)
    .description(description)
    .span(span)
    .height(height)
    .mode(TextMode.Markdown)
    .content(markdown.join('\n'));
}
