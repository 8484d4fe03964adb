/** An interval on one clock, in seconds. */
export interface Interval {
  readonly from: number;
  readonly to: number;
}

/** Seconds covered by at least one interval: parallel runs count once. */
export function coveredSeconds(intervals: readonly Interval[]): number {
  let covered = 0;
  let reached = Number.NEGATIVE_INFINITY;
  for (const { from, to } of [...intervals].sort((a, b) => a.from - b.from)) {
    if (to <= reached) continue;
    covered += to - Math.max(from, reached);
    reached = to;
  }
  return covered;
}
