import type { Sample } from './row.ts';

/** What one run, or several, found out about a row. */
export interface Summary {
  readonly median: number;
  readonly min: number;
  /** Median of what the figures were made from; undefined if there is nothing. */
  readonly absolute: number | undefined;
  readonly samples: number;
}

/** The middle value, of an even number the mean of the two in the middle; NaN of none. */
export function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const [low = Number.NaN, high = Number.NaN] = [
    sorted[Math.ceil(sorted.length / 2) - 1],
    sorted[Math.floor(sorted.length / 2)],
  ];
  return (low + high) / 2;
}

/** The samples of one run. */
export function summaryOf(samples: readonly Sample[]): Summary {
  const figures = samples.map(({ figure }) => figure);
  const absolutes = samples.flatMap(({ absolute }) => absolute ?? []);
  return {
    median: median(figures),
    min: Math.min(...figures),
    absolute: absolutes.length === 0 ? undefined : median(absolutes),
    samples: samples.length,
  };
}

/** Several runs: the median of their medians, the least of all. */
export function summaryOfRuns(runs: readonly Summary[]): Summary {
  const absolutes = runs.flatMap(({ absolute }) => absolute ?? []);
  return {
    median: median(runs.map((run) => run.median)),
    min: Math.min(...runs.map((run) => run.min)),
    absolute: absolutes.length === 0 ? undefined : median(absolutes),
    samples: runs.reduce((sum, run) => sum + run.samples, 0),
  };
}

/** Whether the figure, rounded as it is shown, is within its goal. */
export function holds(goal: number, { median: figure, digits }: { median: number; digits: number }): boolean {
  return Number(figure.toFixed(digits)) <= goal;
}
