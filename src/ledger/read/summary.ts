/** Median and tail of a set of seconds; null if the set is empty. */
export interface Quantiles {
  readonly count: number;
  readonly median: number | null;
  readonly p95: number | null;
}

/** For an empty set everything but the count is null. */
export interface Summary extends Quantiles {
  readonly mean: number | null;
  readonly min: number | null;
  readonly max: number | null;
}

/** Of no values: a count of 0 and nothing else. */
export function summary(values: readonly (number | null)[]): Summary {
  const known = values.filter((value) => value !== null);
  const sum = known.reduce((all, value) => all + value, 0);
  const none = known.length === 0;
  return {
    ...quantiles(known),
    mean: none ? null : sum / known.length,
    min: none ? null : known.reduce((least, value) => Math.min(least, value)),
    max: none ? null : known.reduce((most, value) => Math.max(most, value)),
  };
}

/**
 * The nearest-rank quantile of ascending values: the smallest one that at least `percent` % do not exceed. It is always
 * a measured value, in the same bucket in which Prometheus' histogram_quantile looks; an interpolated one may be
 * outside it. Null if there are none.
 */
export function nearestRank(ascending: ArrayLike<number>, percent: number): number | null {
  // Whole percent, so that 95 % of 20 is exactly the 19th.
  const rank = Math.max(1, Math.ceil((percent * ascending.length) / 100));
  return ascending[rank - 1] ?? null;
}

/** Median and p95 by nearest rank, of values in any order. */
export function quantiles(values: readonly number[]): Quantiles {
  const ascending = Float64Array.from(values).sort();
  return { count: ascending.length, median: nearestRank(ascending, 50), p95: nearestRank(ascending, 95) };
}
