import { grouped, runningSums, sumWithin, windowChanges } from './countTracks.ts';
import type { MetricEvent } from './history.ts';
import type { Steps } from './track.ts';

/** What `histogram_quantile(0.95, …)` reads of what was measured in a window, per set of labels. */
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
 * Prometheus' histogram_quantile(0.95): linear within the bucket in which the rank falls, from 0 in the first, and the
 * last bound for what lies above it. `cumulative` ends with the count of all. NaN of nothing.
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
