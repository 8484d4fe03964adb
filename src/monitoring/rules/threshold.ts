/** The threshold of an alert, and which other values are valid. */
export type Threshold =
  /** Seconds; one of a histogram's bounds, because only there a count is exact. */
  | { readonly kind: 'bound'; readonly shipped: number; readonly bounds: readonly number[] }
  /** Seconds of a gauge. */
  | { readonly kind: 'duration'; readonly shipped: number }
  /** 0 to 1. */
  | { readonly kind: 'ratio'; readonly shipped: number }
  /** Whole events. */
  | { readonly kind: 'count'; readonly shipped: number }
  /** How many times as fast as the budget allows. */
  | { readonly kind: 'rate'; readonly shipped: number; readonly most: number }
  /** How many times as much as usual; more than 1. */
  | { readonly kind: 'multiple'; readonly shipped: number };

/** A threshold as `--set` accepts it. */
export function thresholdText(threshold: Threshold, value: number = threshold.shipped): string {
  switch (threshold.kind) {
    case 'bound':
    case 'duration':
      return secondsText(value);
    case 'ratio':
      return `${Number((value * 100).toPrecision(12))}%`;
    case 'rate':
    case 'multiple':
      return `${value}x`;
    case 'count':
      return String(value);
  }
}

/** Seconds with a unit: `30s`, `20h`, `30d`; in seconds if no larger unit divides them. */
function secondsText(seconds: number): string {
  if (seconds >= 86_400 && seconds % 86_400 === 0) return `${seconds / 86_400}d`;
  if (seconds >= 7200 && seconds % 3600 === 0) return `${seconds / 3600}h`;
  return `${seconds}s`;
}
