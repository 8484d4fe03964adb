import type { FieldJson, MappingJson, PanelJson } from '../dashboards/dashboard.ts';
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
  const found = mappings.map((mapping) => mappedTo(value, mapping)).find((option) => option !== undefined);
  if (found !== undefined) return { text: found.text, kind: kinds[found.color ?? ''] ?? '' };
  if (typeof value === 'string') return { text: value, kind: '' };
  const fixed = field.color?.fixedColor;
  if (fixed !== undefined) return { text: textOf(value, field), kind: kinds[fixed] ?? '' };
  const reached = (thresholds?.steps ?? []).filter(({ value: from }) => from === null || value >= from);
  return { text: textOf(value, field), kind: kinds[reached.at(-1)?.color ?? ''] ?? '' };
}

function mappedTo(value: string | number, { type, options }: MappingJson) {
  if (type === 'value') return options[String(value)];
  if (type === 'regex') return new RegExp(options.pattern).test(String(value)) ? options.result : undefined;
  return Number.isNaN(value) ? options.result : undefined;
}

export function textOf(value: number, { unit = 'none', decimals }: FieldJson): string {
  return formatValue(value, { unit, ...(decimals === undefined ? {} : { decimals }) });
}

/** The field of a panel's column, or of a query's series: its defaults with the overrides for that name or letter. */
export function fieldOf({ fieldConfig }: PanelJson, name: string, refId = ''): FieldJson {
  const { defaults = {}, overrides = [] } = fieldConfig ?? {};
  const field: Record<string, unknown> = { ...defaults };
  const custom: Record<string, unknown> = { ...defaults.custom };
  const ours = overrides.filter(
    ({ matcher }) => matcher.options === (matcher.id === 'byFrameRefID' ? refId : name),
  );
  for (const { id, value } of ours.flatMap(({ properties }) => properties))
    if (id.startsWith('custom.')) custom[id.slice('custom.'.length)] = value;
    else field[id] = value;
  return { ...field, custom };
}
