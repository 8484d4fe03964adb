import type { FieldJson, PanelJson } from '../dashboards/dashboard.ts';
import { formatValue } from './format.ts';

/** The web UI's classes for the dashboards' colors. */
const kinds: Record<string, string> = {
  green: 'good',
  yellow: 'warn',
  orange: 'warn',
  red: 'bad',
  blue: 'run',
};

/** The text of a value and its class, from its mapping, otherwise from its unit and threshold. */
export function lookOf(value: string | number, field: FieldJson): { text: string; kind: string } {
  const { mappings = [], thresholds } = field;
  const found = mappings
    .map(({ type, options }) =>
      type !== 'value' && Number.isNaN(value) ? options.result : options[String(value)],
    )
    .find((option) => option !== undefined);
  if (found !== undefined) return { text: found.text, kind: kinds[found.color] ?? '' };
  if (typeof value === 'string') return { text: value, kind: '' };
  const reached = (thresholds?.steps ?? []).filter(({ value: from }) => from === null || value >= from);
  return { text: textOf(value, field), kind: kinds[reached.at(-1)?.color ?? ''] ?? '' };
}

export function textOf(value: number, { unit = 'none', decimals }: FieldJson): string {
  return formatValue(value, { unit, ...(decimals === undefined ? {} : { decimals }) });
}

/** The field of a panel's column: its defaults with the overrides for that name. */
export function fieldOf({ fieldConfig }: PanelJson, name: string): FieldJson {
  const { defaults = {}, overrides = [] } = fieldConfig ?? {};
  const field: Record<string, unknown> = { ...defaults };
  const custom: Record<string, unknown> = { ...defaults.custom };
  const ours = overrides.filter(({ matcher }) => matcher.options === name);
  for (const { id, value } of ours.flatMap(({ properties }) => properties))
    if (id.startsWith('custom.')) custom[id.slice('custom.'.length)] = value;
    else field[id] = value;
  return { ...field, custom };
}
