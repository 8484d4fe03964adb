import type { TransformationJson } from '../dashboards/dashboard.ts';
import type { Answer } from './answers.ts';

export type Cell = string | number | undefined;
export type Row = Readonly<Record<string, Cell>>;

export interface Rows {
  readonly names: readonly string[];
  readonly rows: readonly Row[];
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
  const shared = (frames[0]?.labels ?? []).filter((label) =>
    frames.every(({ labels }) => labels.includes(label)),
  );
  const byKey = new Map<string, Record<string, Cell>[]>();
  for (const { value, series } of frames)
    for (const { labels, points } of series) {
      const row: Record<string, Cell> = { ...labels, [value]: points.at(-1)?.value };
      const key = JSON.stringify(shared.map((label) => labels[label]));
      const there = byKey.get(key) ?? [];
      const fitting = there.filter((other) => agree(other, row));
      for (const other of fitting) Object.assign(other, row);
      byKey.set(key, fitting.length === 0 ? [...there, row] : there);
    }
  const names = [...new Set(frames.flatMap(({ labels, value }) => [...labels, value]))];
  return { names, rows: [...byKey.values()].flat() };
}

function agree(one: Row, other: Row): boolean {
  return Object.entries(other).every(([name, cell]) => one[name] === undefined || one[name] === cell);
}

function transformed(given: Rows, { id, options }: TransformationJson): Rows {
  if (id === 'organize') return organized(given, options);
  if (id === 'sortBy') return sorted(given, options.sort[0]);
  if (id === 'groupingToMatrix') return matrix(given, options);
  return given;
}

interface Organize {
  readonly excludeByName: Readonly<Record<string, boolean>>;
  readonly indexByName: Readonly<Record<string, number>>;
  readonly renameByName: Readonly<Record<string, string>>;
}

function organized({ names, rows }: Rows, { excludeByName, indexByName, renameByName }: Organize): Rows {
  const place = (name: string) => indexByName[name] ?? names.length + 100;
  const kept = names
    .filter((name) => excludeByName[name] !== true)
    .sort((one, other) => place(one) - place(other));
  const title = (name: string) => renameByName[name] ?? name;
  return {
    names: kept.map(title),
    rows: rows.map((row) => Object.fromEntries(kept.map((name) => [title(name), row[name]]))),
  };
}

function sorted({ names, rows }: Rows, { field, desc }: { field: string; desc: boolean }): Rows {
  const sign = desc ? -1 : 1;
  const compare = (one: Cell, other: Cell) =>
    typeof one === 'number' && typeof other === 'number'
      ? one - other
      : String(one ?? '').localeCompare(String(other ?? ''));
  return { names, rows: [...rows].sort((one, other) => sign * compare(one[field], other[field])) };
}

interface Matrix {
  readonly rowField: string;
  readonly columnField: string;
  readonly valueField: string;
}

function matrix({ rows }: Rows, { rowField, columnField, valueField }: Matrix): Rows {
  const corner = `${rowField}\\${columnField}`;
  const columns = [...new Set(rows.map((row) => String(row[columnField])))];
  const byRow = new Map<Cell, Record<string, Cell>>();
  for (const row of rows)
    byRow.set(row[rowField], {
      ...(byRow.get(row[rowField]) ?? { [corner]: row[rowField] }),
      [String(row[columnField])]: row[valueField],
    });
  return { names: [corner, ...columns], rows: [...byRow.values()] };
}
