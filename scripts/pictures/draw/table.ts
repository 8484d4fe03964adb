import type { FieldJson, OverrideJson, PanelJson } from '../../dashboards/dashboard.ts';
import type { Answer } from '../answers.ts';
import { colourByThreshold, mapped } from '../colours.ts';
import { type Cell, rowsOf } from '../rows.ts';
import { shownText } from './figure.ts';
import { escaped, nothing, type Size } from './html.ts';

export function drawTable(
  panel: PanelJson,
  { answers, size }: { answers: readonly Answer[]; size: Size },
): string {
  const { names, rows } = rowsOf(answers, panel.transformations ?? []);
  const { defaults = {}, overrides = [] } = panel.fieldConfig ?? {};
  if (rows.length === 0) return nothing(defaults.noValue);
  const columns = names
    .map((name) => ({ name, field: fieldOf(name, { defaults, overrides }) }))
    .filter(({ field }) => field.custom?.hidden !== true);
  const widest = Math.max(90, (1.7 * size.width) / columns.length);
  const head = columns.map(
    ({ name, field }) =>
      `<th class="${rows.some((row) => isFigure(row[name], field)) ? 'number' : ''}">${escaped(name)}</th>`,
  );
  const fitting = Math.max(1, Math.floor((size.height - 28) / 26));
  const body = rows.slice(0, fitting).map((row) => {
    const isLinked = Object.entries(row).some(
      ([name, cell]) => name === 'url' && cell !== '' && cell !== undefined,
    );
    return `<tr>${columns.map(({ name, field }) => drawCell(row[name], { field, isLinked })).join('')}</tr>`;
  });
  return `<table style="--widest:${widest.toFixed(0)}px"><thead><tr>${head.join('')}</tr></thead><tbody>${body.join('')}</tbody></table>`;
}

function drawCell(cell: Cell, { field, isLinked }: { field: FieldJson; isLinked: boolean }): string {
  if (cell === undefined) return '<td></td>';
  const shown = mapped(cell, field.mappings);
  const text = shown?.text ?? (typeof cell === 'number' ? shownText(cell, field) : cell);
  const isColoured = field.custom?.cellOptions?.type === 'color-text';
  const colour =
    shown?.colour ??
    (typeof cell === 'number' && isColoured ? colourByThreshold(cell, field.thresholds) : undefined);
  const kind = [
    isFigure(cell, field) ? 'number' : '',
    (field.links ?? []).length > 0 && isLinked ? 'link' : '',
  ].join(' ');
  return `<td class="${kind}" style="${colour === undefined ? '' : `color:${colour}`}">${escaped(text)}</td>`;
}

/** A number that readers compare with the one above, so not a time. */
function isFigure(cell: Cell, { unit }: FieldJson): boolean {
  return typeof cell === 'number' && unit !== 'dateTimeAsIso';
}

/** The defaults with the overrides of the panel for the column of this name. */
function fieldOf(
  name: string,
  { defaults, overrides }: { defaults: FieldJson; overrides: readonly OverrideJson[] },
): FieldJson {
  const field: Record<string, unknown> = { ...defaults };
  const custom: Record<string, unknown> = { ...defaults.custom };
  const ours = overrides.filter(({ matcher }) => matcher.options === name);
  for (const { id, value } of ours.flatMap(({ properties }) => properties))
    if (id.startsWith('custom.')) custom[id.slice('custom.'.length)] = value;
    else field[id] = value;
  return { ...field, custom };
}
