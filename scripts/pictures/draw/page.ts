import type { DashboardJson, PanelJson } from '../../dashboards/dashboard.ts';
import type { Answer } from '../answers.ts';
import { formatValue } from '../format.ts';
import type { Moment } from '../moments.ts';
import type { Source } from '../source.ts';
import { escaped, type Size } from './html.ts';
import { drawPanel } from './panel.ts';
import { style } from './style.ts';

const cellHeight = 36;
const gap = 7;
const headerHeight = 78;
const footerHeight = 28;

export interface PageParts {
  readonly width: number;
  readonly source: Source;
  /** The selected values of each variable. */
  readonly shown: Readonly<Record<string, string>>;
  readonly moments: readonly Moment[];
  readonly answers: ReadonlyMap<PanelJson, readonly Answer[]>;
}

/** One page that needs no other files, and its size. */
export function drawPage(json: DashboardJson, parts: PageParts): Size & { readonly html: string } {
  const { width, source } = parts;
  const lines = Math.max(...json.panels.map(({ gridPos }) => gridPos.y + gridPos.h));
  const height = headerHeight + lines * cellHeight + footerHeight;
  const seen = formatValue(source.toSeconds - source.fromSeconds, { unit: 's', decimals: 0 });
  const variables = json.templating.list
    .filter(({ type }) => type === 'query')
    .map(
      ({ name, label }) =>
        `<span class="variable">${escaped(label)}<b>${escaped(parts.shown[name] ?? '')}</b></span>`,
    );
  const html = `<!doctype html><meta charset="utf-8"><title>${escaped(json.title)}</title><style>${style}</style>
<body style="width:${width}px;height:${height}px">
<header><h1>${escaped(json.title)}<small>Last${seen.startsWith('1 ') ? '' : ''} ${seen} · refresh ${json.refresh}</small></h1>${variables.join('')}</header>
${json.panels.map((panel) => placed(panel, parts)).join('\n')}
<footer style="top:${height - footerHeight + 6}px">Drawn from the dashboard's JSON and a real Prometheus by deploytrack's own renderer, not by Grafana.</footer>
</body>`;
  return { html, width, height };
}

function placed(panel: PanelJson, parts: PageParts): string {
  const { x, y, w, h } = panel.gridPos;
  const column = (parts.width - 2 * gap) / 24;
  const box = {
    left: gap + x * column,
    top: headerHeight + y * cellHeight,
    width: w * column - gap,
    height: h * cellHeight - gap,
  };
  const where = `left:${box.left.toFixed(1)}px;top:${box.top}px;width:${box.width.toFixed(1)}px;height:${box.height}px`;
  const title = escaped(panel.title.replace(/\$(\w+)/g, (_, name: string) => parts.shown[name] ?? ''));
  if (panel.type === 'row') return `<div class="row" style="${where}">▾ ${title}</div>`;
  const size = { width: Math.floor(box.width) - 22, height: box.height - 36 };
  const inside = drawPanel(panel, { ...parts, answers: parts.answers.get(panel) ?? [], size });
  return `<section style="${where}"><h2>${title}</h2><div class="body" style="height:${size.height}px">${inside}</div></section>`;
}
