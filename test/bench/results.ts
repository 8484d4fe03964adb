import { holds, type Summary, summaryOf, summaryOfRuns } from './arithmetic.ts';
import type { Measured } from './measure.ts';
import type { BenchNode } from './nodes.ts';
import { figures, type Group, type Row } from './row.ts';

/** What is known of a row after all runs on one Node. */
export type Result =
  | { readonly row: Row; readonly summary: Summary; readonly failures: readonly string[] }
  | { readonly row: Row; readonly why: string };

/** A group with its results on one Node. */
export interface GroupResult {
  readonly group: Group;
  readonly results: readonly Result[];
}

/** All groups on one Node. */
export interface NodeResults {
  readonly node: BenchNode;
  readonly groups: readonly GroupResult[];
}

/** The rows of a group; `missing` says why a row cannot be measured at all. */
export function resultsOf(
  group: Group,
  {
    runs,
    missing,
  }: { runs: readonly ReadonlyMap<Row, Measured>[]; missing: (row: Row) => string | undefined },
): GroupResult {
  return { group, results: group.rows.map((row) => resultOf(row, { runs, why: missing(row) })) };
}

function resultOf(
  row: Row,
  { runs, why }: { runs: readonly ReadonlyMap<Row, Measured>[]; why: string | undefined },
): Result {
  if (why !== undefined) return { row, why };
  const measured = runs.flatMap((run) => run.get(row) ?? []);
  const failures = measured.flatMap((one) => one.failures);
  const summaries = measured
    .filter(({ samples }) => samples.length > 0)
    .map(({ samples }) => summaryOf(samples));
  if (summaries.length === 0)
    return { row, why: (failures[0] ?? 'it was not reached').split('\n')[0]?.slice(0, 160) ?? '' };
  return { row, summary: summaryOfRuns(summaries), failures };
}

/** Undefined if the row has no goal, or was not measured. */
export function isWithin(result: Result): boolean | undefined {
  if (!('summary' in result) || result.row.goal === undefined) return undefined;
  const digits = figures[result.row.figure];
  return holds(result.row.goal, { median: result.summary.median, digits });
}

/** With what the figure is a share of, unless that is the time of `node -e 0`. */
export function nameOf({ name, figure }: Row): string {
  return figure.startsWith('of ') ? `${name}: ${figure}` : name;
}

/** `1.43`, `47.1 ms`. */
export function shownFigure({ figure }: Row, value: number): string {
  const text = value.toFixed(figures[figure]);
  return figure === 'ms' || figure === 'µs' ? `${text} ${figure}` : text;
}
