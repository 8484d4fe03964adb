/** The value of one series of a condition over time: constant between its changes, or growing with time. */
export interface Steps {
  readonly labels: Readonly<Record<string, string>>;
  /** Unix milliseconds at which the value may change, ascending. */
  readonly changes: readonly number[];
  /** NaN if there is no value. */
  valueAt(ms: number): number;
}

export interface Track extends Steps {
  /** Whether the alert fires for a value; never called with NaN. */
  holds(value: number): boolean;
  /** Which of the values while it fires is reported. */
  readonly worst: 'largest' | 'smallest';
}

/** A period in which the value is the seconds since a moment. */
export interface Span {
  readonly fromMs: number;
  /** Infinity if it has not ended. */
  readonly toMs: number;
  readonly sinceMs: number;
}

/** A track of consecutive periods; empty ones are left out. It holds during each of them. */
export function spanTrack(
  labels: Readonly<Record<string, string>>,
  { spans, above }: { spans: readonly Span[]; above: number },
): Track {
  const kept = spans.filter(({ fromMs, toMs }) => fromMs < toMs);
  return {
    labels,
    changes: kept.flatMap(({ fromMs, toMs }) =>
      toMs === Number.POSITIVE_INFINITY ? [fromMs] : [fromMs, toMs],
    ),
    valueAt(ms) {
      const index = after(ms, { count: kept.length, at: (one) => kept[one]?.fromMs ?? 0 }) - 1;
      const span = kept[index];
      return span === undefined || ms >= span.toMs ? Number.NaN : (ms - span.sinceMs) / 1000;
    },
    holds: (seconds) => seconds >= above,
    worst: 'largest',
  };
}

/** The number of moments, in ascending order, at or before `ms`. */
export function after(ms: number, { count, at }: { count: number; at: (index: number) => number }): number {
  let [low, high] = [0, count];
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (at(middle) <= ms) low = middle + 1;
    else high = middle;
  }
  return low;
}
