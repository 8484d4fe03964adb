import type { PanelJson } from '../../dashboards/dashboard.ts';
import type { Answer, Series } from '../answers.ts';
import { colourNamed, colourOfSeries } from '../colours.ts';
import type { Moment } from '../moments.ts';
import type { Source } from '../source.ts';
import { type Axes, axes } from './axes.ts';
import { nothing, type Size } from './html.ts';
import { legend } from './legend.ts';

export interface TimeSeriesParts {
  readonly answers: readonly Answer[];
  readonly moments: readonly Moment[];
  readonly source: Source;
  readonly size: Size;
}

/** Lines, points or stacked bars over time, with the thresholds and the annotations. */
export function drawTimeSeries(
  panel: PanelJson,
  { answers, moments, source, size }: TimeSeriesParts,
): string {
  const field = panel.fieldConfig?.defaults ?? {};
  const series = answers.flatMap((answer) => answer.series).map(withoutNaN);
  const shown = series.filter(({ points }) => points.length > 0);
  if (shown.length === 0) return nothing(field.noValue);
  const isStacked = field.custom?.stacking?.mode === 'normal';
  const lines = thresholdLines(panel);
  const chart = { width: size.width, height: size.height - 22 * Math.ceil(legendWidth(shown) / size.width) };
  const grid = axes({
    size: chart,
    source,
    unit: field.unit ?? 'none',
    ...(field.decimals === undefined ? {} : { decimals: field.decimals }),
    max: field.max ?? Math.max(greatest(shown, isStacked), ...lines.map(({ value }) => value * 1.1)),
  });
  const drawn = isStacked
    ? stacked(shown, { grid, source })
    : shown
        .map((one, index) => drawOne(one, { grid, index, style: field.custom?.drawStyle, source }))
        .join('');
  return `<svg width="${chart.width}" height="${chart.height}">${grid.svg}${moments.map((moment) => flag(moment, grid)).join('')}${lines.map(({ value, colour }) => `<line x1="58" x2="${chart.width - 12}" y1="${grid.y(value)}" y2="${grid.y(value)}" stroke="${colour}" stroke-dasharray="8 6"/>`).join('')}${drawn}</svg>${legend(shown.map(({ name }, index) => ({ name, colour: colourOfSeries(index) })))}`;
}

function drawOne(
  { points }: Series,
  { grid, index, style, source }: { grid: Axes; index: number; style: string | undefined; source: Source },
): string {
  const colour = colourOfSeries(index);
  if (style === 'points')
    return points
      .map(
        ({ seconds, value }) =>
          `<circle cx="${grid.x(seconds)}" cy="${grid.y(value)}" r="3" fill="${colour}"/>`,
      )
      .join('');
  let path = '';
  let before: number | null = null;
  for (const { seconds, value } of points) {
    const isGap = before === null || seconds - before > source.stepSeconds * 1.5;
    const x = grid.x(seconds).toFixed(1);
    path += isGap ? `M ${x} ${grid.y(value).toFixed(1)} ` : `H ${x} V ${grid.y(value).toFixed(1)} `;
    before = seconds;
  }
  return `<path d="${path}" fill="none" stroke="${colour}" stroke-width="2"/>`;
}

function stacked(series: readonly Series[], { grid, source }: { grid: Axes; source: Source }): string {
  const heights = new Map<number, number>();
  const width = Math.max(3, grid.x(source.fromSeconds + source.stepSeconds) - grid.x(source.fromSeconds));
  return series
    .flatMap(({ points }, index) =>
      points.map(({ seconds, value }) => {
        const below = heights.get(seconds) ?? 0;
        heights.set(seconds, below + value);
        const top = grid.y(below + value);
        return `<rect x="${grid.x(seconds) - width / 2}" y="${top}" width="${width}" height="${grid.y(below) - top}" fill="${colourOfSeries(index)}"/>`;
      }),
    )
    .join('');
}

function flag({ seconds, colour }: Moment, { x, top, bottom }: Axes): string {
  const at = x(seconds).toFixed(1);
  return `<line x1="${at}" x2="${at}" y1="${top}" y2="${bottom}" stroke="${colour}" stroke-dasharray="3 3" opacity="0.7"/><path d="M ${at} ${bottom} l -4 7 h 8 z" fill="${colour}"/>`;
}

function thresholdLines({ fieldConfig }: PanelJson): { value: number; colour: string }[] {
  const { custom, thresholds } = fieldConfig?.defaults ?? {};
  if (!['dashed', 'line'].includes(custom?.thresholdsStyle?.mode)) return [];
  return (thresholds?.steps ?? []).flatMap(({ value, color }) =>
    value === null ? [] : [{ value, colour: colourNamed(color) }],
  );
}

function greatest(series: readonly Series[], isStacked: boolean): number {
  const sums = new Map<number, number>();
  for (const { seconds, value } of series.flatMap(({ points }) => points))
    sums.set(seconds, isStacked ? (sums.get(seconds) ?? 0) + value : Math.max(sums.get(seconds) ?? 0, value));
  return Math.max(...sums.values()) || 1;
}

function withoutNaN({ points, ...series }: Series): Series {
  return { ...series, points: points.filter(({ value }) => Number.isFinite(value)) };
}

function legendWidth(series: readonly Series[]): number {
  return series.reduce((sum, { name }) => sum + 34 + 6.4 * name.length, 0);
}
