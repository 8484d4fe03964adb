/** The threshold that an alert compares with, and which others it may be given. */
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
  | { readonly kind: 'rate'; readonly shipped: number; readonly most: number };

/** A threshold in the form that `--set` takes. */
export function thresholdText(threshold: Threshold, value: number = threshold.shipped): string {
  switch (threshold.kind) {
    case 'bound':
    case 'duration':
      return secondsText(value);
    case 'ratio':
      return `${Number((value * 100).toPrecision(12))}%`;
    case 'rate':
      return `${value}x`;
    case 'count':
      return String(value);
  }
}

/** Seconds as people write them: `30s`, `20m`, `30d`; what no unit divides stays in seconds. */
function secondsText(seconds: number): string {
  if (seconds >= 86_400 && seconds % 86_400 === 0) return `${seconds / 86_400}d`;
  if (seconds >= 7200 && seconds % 3600 === 0) return `${seconds / 3600}h`;
  return `${seconds}s`;
}
