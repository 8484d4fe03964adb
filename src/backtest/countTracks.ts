import { groupBy } from '../ledger/read/filter.ts';
import type { MetricEvent } from './history.ts';
import { after, type Steps } from './track.ts';

/** `sum by (…) (increase(…))` without extrapolation: the amounts in a window, per set of labels. */
export function countTracks(
  events: readonly MetricEvent[],
  { by, windowMs }: { by: readonly string[]; windowMs: number },
): Steps[] {
  return grouped(events, by).map(({ labels, events: own }) => {
    const moments = own.map(({ atMs }) => atMs);
    const sums = runningSums(own.map(({ amount }) => amount));
    return {
      labels,
      changes: windowChanges(moments, windowMs),
      valueAt: (ms) => sumWithin(sums, { moments, ms, windowMs }),
    };
  });
}

/** Groups events by the values of some labels and keeps their order. */
export function grouped(
  events: readonly MetricEvent[],
  by: readonly string[],
): { labels: Record<string, string>; events: MetricEvent[] }[] {
  const labelsOf = ({ labels }: MetricEvent) => by.map((name) => [name, labels[name] ?? ''] as const);
  return [...groupBy(events, (event) => JSON.stringify(labelsOf(event))).values()].map((own) => ({
    labels: Object.fromEntries(own[0] === undefined ? [] : labelsOf(own[0])),
    events: own,
  }));
}

/** The moments at which an event enters or leaves the window. */
export function windowChanges(moments: readonly number[], windowMs: number): number[] {
  const all = new Set([...moments, ...moments.map((ms) => ms + windowMs)]);
  return [...all].sort((one, other) => one - other);
}

/** Exact, because amounts are wholes or halves. */
export function runningSums(amounts: readonly number[]): number[] {
  const sums = [0];
  for (const amount of amounts) sums.push((sums.at(-1) ?? 0) + amount);
  return sums;
}

/** An event is counted from its moment until the window has passed. */
export function sumWithin(
  sums: readonly number[],
  { moments, ms, windowMs }: { moments: readonly number[]; ms: number; windowMs: number },
): number {
  const at = (index: number) => moments[index] ?? 0;
  const upTo = after(ms, { count: moments.length, at });
  const before = after(ms - windowMs, { count: moments.length, at });
  return (sums[upTo] ?? 0) - (sums[before] ?? 0);
}
