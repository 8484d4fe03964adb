import type { PanelJson } from '../../dashboards/dashboard.ts';
import type { Answer } from '../answers.ts';
import { figuresOf } from './figure.ts';
import { escaped, nothing, type Size } from './html.ts';

/** Horizontal bars, one per series, with their names on the left and their values on the right. */
export function drawBars(
  panel: PanelJson,
  { answers, size }: { answers: readonly Answer[]; size: Size },
): string {
  const field = panel.fieldConfig?.defaults ?? {};
  const figures = figuresOf(answers, field);
  if (figures.length === 0) return nothing(field.noValue);
  const greatest = Math.max(...figures.map(({ value }) => (Number.isNaN(value) ? 0 : value)));
  const max = field.max ?? (greatest === 0 ? 1 : greatest);
  const height = Math.min(46, (size.height - 4) / figures.length - 6);
  const lines = figures.map(({ name, text, value, colour }) => {
    const percent = Number.isNaN(value) ? 0 : (100 * value) / max;
    return `<span class="bar-name">${escaped(name)}</span><span class="track" style="height:${height.toFixed(0)}px"><i style="width:${percent.toFixed(1)}%;background:${colour}"></i></span><b style="color:${colour}">${escaped(text)}</b>`;
  });
  return `<div class="bars">${lines.join('')}</div>`;
}
