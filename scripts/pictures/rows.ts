import type { TransformationJson } from '../dashboards/dashboard.ts';
import type { Answer } from './answers.ts';

export type Cell = string | number | undefined;

export interface Rows {
  readonly names: readonly string[];
  readonly rows: readonly Readonly<Record<string, Cell>>[];
}

/** The results of a table's queries after the panel's transformations. */
export function rowsOf(answers: readonly Answer[], transformations: readonly TransformationJson[]): Rows {
  return transformations.reduce(transformed, merged(answers));
}

/** Grafana's `merge`: one row for results that agree in all common labels. */
function merged(answers: readonly Answer[]): Rows {
  const frames = answers
    .map(({ refId, series }) => ({
      value: answers.length === 1 ? 'Value' : `Value #${refId}`,
      labels: [...new Set(series.flatMap(({ labels }) => Object.keys(labels)))],
      series,
    }))
    .filter(({ series }) => series.length > 0);
  const rows: Record<string, Cell>[] = [];
  for (const { value, series } of frames)
    for (const { labels, points } of series) {
      const row: Record<string, Cell> = { ...labels, [value]: points.at(-1)?.value };
      const fitting = rows.filter((other) =>
        Object.entries(row).every(([name, cell]) => other[name] === undefined || other[name] === cell),
      );
      for (const other of fitting) Object.assign(other, row);
      if (fitting.length === 0) rows.push(row);
    }
  return { names: [...new Set(frames.flatMap(({ labels, value }) => [...labels, value]))], rows };
}

function transformed(given: Rows, { id, options }: TransformationJson): Rows {
  if (id === 'organize') return organized(given, options);
  if (id === 'sortBy') return sorted(given, options.sort[0]);
  return given;
}

function organized({ names, rows }: Rows, options: Record<string, Record<string, unknown>>): Rows {
  const { excludeByName = {}, indexByName = {}, renameByName = {} } = options;
  const place = (name: string) => Number(indexByName[name] ?? names.length + 100);
  const kept = names
    .filter((name) => excludeByName[name] !== true)
    .sort((one, other) => place(one) - place(other));
  const title = (name: string) => String(renameByName[name] ?? name);
  const renamed = rows.map((row) => Object.fromEntries(kept.map((name) => [title(name), row[name]])));
  return { names: kept.map(title), rows: renamed };
}

function sorted({ names, rows }: Rows, { field, desc }: { field: string; desc: boolean }): Rows {
  const compare = (one: Cell, other: Cell) =>
    typeof one === 'number' && typeof other === 'number'
      ? one - other
      : String(one ?? '').localeCompare(String(other ?? ''));
  const upwards = rows.toSorted((one, other) => compare(one[field], other[field]) * (desc ? -1 : 1));
  return { names, rows: upwards };
}
