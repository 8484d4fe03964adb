import type { PanelJson } from '../../dashboards/dashboard.ts';
import type { Answer } from '../answers.ts';
import { figuresOf } from './figure.ts';
import { escaped, nothing, type Size } from './html.ts';

/** Big numbers or texts next to each other, or below each other if the panel is high. */
export function drawStat(
  panel: PanelJson,
  { answers, size }: { answers: readonly Answer[]; size: Size },
): string {
  const field = panel.fieldConfig?.defaults ?? {};
  const figures = figuresOf(answers, field);
  if (figures.length === 0) return nothing(field.noValue);
  const hasNames = panel.options.textMode === 'value_and_name';
  const background = panel.options.colorMode === 'background';
  const perLine = size.width / size.height > 2.5 ? figures.length : Math.ceil(figures.length / 5);
  const height = size.height / Math.ceil(figures.length / perLine);
  const longest = Math.max(...figures.map(({ text }) => text.length));
  const big = Math.min(44, height * (hasNames ? 0.4 : 0.5), (size.width / perLine / longest) * 1.5);
  const boxes = figures.map(({ name, text, colour }) => {
    const look = background ? `background:${colour};color:#111217` : `color:${colour}`;
    const label = hasNames ? `<span class="name">${escaped(name)}</span>` : '';
    return `<div class="stat ${background ? 'filled' : ''}" style="${look}">${label}<b style="font-size:${big.toFixed(0)}px">${escaped(text)}</b></div>`;
  });
  return `<div class="stats" style="grid-template-columns:repeat(${perLine},1fr)">${boxes.join('')}</div>`;
}
