/** The value that Prometheus computes for a quantile: linear between the bounds of its bucket. */
export function interpolated(
  q: number,
  { observed, bounds }: { observed: readonly number[]; bounds: readonly number[] },
): number {
  const upTo = (bound: number) => observed.filter((value) => value <= bound).length;
  const rank = q * observed.length;
  const index = bounds.findIndex((bound) => upTo(bound) >= rank);
  if (index === -1) return bounds.at(-1) ?? Number.NaN;
  const upper = bounds[index] ?? Number.NaN;
  const lower = bounds[index - 1] ?? 0;
  const below = index === 0 ? 0 : upTo(lower);
  return lower + ((upper - lower) * (rank - below)) / (upTo(upper) - below);
}
