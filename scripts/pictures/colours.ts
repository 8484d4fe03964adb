import type { FieldJson, MappingJson, ThresholdsJson } from '../dashboards/dashboard.ts';

/** Grafana's names of colors in its dark theme. */
const named: Readonly<Record<string, string>> = {
  green: '#73bf69',
  yellow: '#fade2a',
  orange: '#ff9830',
  red: '#f2495c',
  blue: '#5794f2',
  purple: '#b877d9',
  text: '#ccccdc',
};

const palette = ['#73bf69', '#f2cc0c', '#8ab8ff', '#ff780a', '#f2495c', '#5794f2', '#b877d9', '#e0b400'];

export function colourNamed(name: string): string {
  return named[name] ?? name;
}

/** The color of the series with this number. */
export function colourOfSeries(index: number): string {
  return palette[index % palette.length] ?? palette[0]!;
}

export function colourByThreshold(value: number, thresholds: ThresholdsJson | undefined): string {
  const reached = (thresholds?.steps ?? []).filter(({ value: from }) => from === null || value >= from);
  return colourNamed(reached.at(-1)?.color ?? 'text');
}

export interface Shown {
  readonly text: string;
  readonly colour?: string;
}

/** The mapping of a value; null without one. */
export function mapped(value: string | number, mappings: readonly MappingJson[] | undefined): Shown | null {
  for (const { type, options } of mappings ?? []) {
    const found =
      type === 'value' ? options[String(value)] : Number.isNaN(value) ? options.result : undefined;
    if (found !== undefined)
      return { text: found.text, ...(found.color === undefined ? {} : { colour: colourNamed(found.color) }) };
  }
  return null;
}

/** The color of a number in a field: from its mapping, otherwise from its threshold. */
export function colourOf(value: number, { mappings, thresholds }: FieldJson): string {
  return mapped(value, mappings)?.colour ?? colourByThreshold(value, thresholds);
}
