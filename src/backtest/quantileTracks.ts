import { grouped, runningSums, sumWithin, windowChanges } from './countTracks.ts';
import type { MetricEvent } from './history.ts';
import type { Steps } from './track.ts';

/** `histogram_quantile(0.95, …)` of the measurements in a window, per set of labels. */
export function quantileTracks(
  events: readonly MetricEvent[],
  { bounds, by, windowMs }: { bounds: readonly number[]; by: readonly string[]; windowMs: number },
): Steps[] {
  return grouped(events, by).map(({ labels, events: own }) => {
    const moments = own.map(({ atMs }) => atMs);
    const counts = [...bounds, Number.POSITIVE_INFINITY].map((bound) =>
      runningSums(own.map(({ amount }) => (amount <= bound ? 1 : 0))),
    );
    return {
      labels,
      changes: windowChanges(moments, windowMs),
      valueAt: (ms) =>
        p95Of(
          counts.map((sums) => sumWithin(sums, { moments, ms, windowMs })),
          bounds,
        ),
    };
  });
}

/**
 * Prometheus' histogram_quantile(0.95): linear within the bucket of the rank, from 0 in the first bucket; the last bound
 * if the rank is above it. `cumulative` ends with the count of all. NaN if there are no measurements.
 */
export function p95Of(cumulative: readonly number[], bounds: readonly number[]): number {
  const all = cumulative.at(-1) ?? 0;
  if (all === 0) return Number.NaN;
  const rank = 0.95 * all;
  const bucket = cumulative.findIndex((count) => count >= rank);
  if (bucket >= bounds.length) return bounds.at(-1) ?? Number.NaN;
  const [from, to] = [bucket === 0 ? 0 : (bounds[bucket - 1] ?? 0), bounds[bucket] ?? 0];
  const below = bucket === 0 ? 0 : (cumulative[bucket - 1] ?? 0);
  return from + (to - from) * ((rank - below) / ((cumulative[bucket] ?? 0) - below));
}
