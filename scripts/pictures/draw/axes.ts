import { formatValue } from '../format.ts';
import type { Source } from '../source.ts';
import { escaped, type Size } from './html.ts';

/** The positions of times and values in a chart. */
export interface Axes {
  readonly x: (seconds: number) => number;
  readonly y: (value: number) => number;
  readonly svg: string;
  readonly bottom: number;
  readonly top: number;
}

export interface AxesSpec {
  readonly size: Size;
  readonly source: Source;
  readonly max: number;
  readonly unit: string;
  readonly decimals?: number;
}

const margin = { left: 58, right: 12, top: 8, bottom: 22 };

/** A grid with times at the bottom and values with their unit on the left, starting at 0. */
export function axes({ size, source, max, unit, decimals }: AxesSpec): Axes {
  const { fromSeconds, toSeconds } = source;
  const bottom = size.height - margin.bottom;
  const width = size.width - margin.left - margin.right;
  const x = (seconds: number) => margin.left + (width * (seconds - fromSeconds)) / (toSeconds - fromSeconds);
  const step = niceStep(max / 4, unit);
  const top = Math.ceil(max / step - 1e-9) * step;
  const y = (value: number) => bottom - ((bottom - margin.top) * value) / top;
  const values = Array.from({ length: Math.round(top / step) + 1 }, (_, index) => index * step);
  const form = { unit, ...(decimals === undefined ? {} : { decimals }) };
  const rows = values.map(
    (value) =>
      `<line x1="${margin.left}" x2="${size.width - margin.right}" y1="${y(value)}" y2="${y(value)}" class="grid"/><text x="${margin.left - 6}" y="${y(value) + 4}" text-anchor="end">${escaped(formatValue(value, form))}</text>`,
  );
  return {
    x,
    y,
    bottom,
    top: margin.top,
    svg: rows.join('') + times({ fromSeconds, toSeconds, x, bottom, right: size.width - 28 }),
  };
}

function times(spec: {
  fromSeconds: number;
  toSeconds: number;
  x: (s: number) => number;
  bottom: number;
  right: number;
}): string {
  const { fromSeconds, toSeconds, x, bottom, right } = spec;
  const steps = [15, 30, 60, 120, 300, 900, 1800, 3600, 21_600, 86_400];
  const step = steps.find((each) => (toSeconds - fromSeconds) / each <= 5) ?? 7 * 86_400;
  const texts: string[] = [];
  for (let at = Math.ceil(fromSeconds / step) * step; x(at) < right; at += step)
    texts.push(
      `<text x="${x(at)}" y="${bottom + 16}" text-anchor="middle">${new Date(at * 1000).toISOString().slice(11, 19)}</text>`,
    );
  return texts.join('');
}

function niceStep(rough: number, unit: string): number {
  if (unit === 's' && rough > 10)
    return (
      [15, 30, 60, 120, 300, 600, 1200, 1800].find((step) => step >= rough) ?? 3600 * Math.ceil(rough / 3600)
    );
  if (unit === 'bytes') return 2 ** Math.ceil(Math.log2(Math.max(1, rough)));
  if (rough === 0) return 1;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5, 10].find((each) => each * power >= rough) ?? 10) * power;
  return unit === 'short' ? Math.max(1, step) : step;
}
