import type { PanelJson } from '../../dashboards/dashboard.ts';
import { escaped } from './html.ts';

/** Paragraphs, bold words and code: as much Markdown as the dashboards have. */
export function drawText({ options }: PanelJson): string {
  const paragraphs = escaped(String(options.content)).split(/\n\s*\n/);
  const marked = paragraphs.map((text) =>
    text.replace(/\*\*(.+?)\*\*/g, '<b>$1</b>').replace(/`(.+?)`/g, '<code>$1</code>'),
  );
  return `<div class="text">${marked.map((text) => `<p>${text}</p>`).join('')}</div>`;
}
