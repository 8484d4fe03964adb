import type { PanelJson } from '../../dashboards/dashboard.ts';
import { escaped } from './html.ts';

/** Paragraphs, bold text and code: the part of Markdown that the dashboards use. */
export function drawText({ options }: PanelJson): string {
  const paragraphs = escaped(String(options.content)).split(/\n\s*\n/);
  const marked = paragraphs.map((text) =>
    text.replace(/\*\*(.+?)\*\*/g, '<b>$1</b>').replace(/`(.+?)`/g, '<code>$1</code>'),
  );
  return `<div class="text">${marked.map((text) => `<p>${text}</p>`).join('')}</div>`;
}
