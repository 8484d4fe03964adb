import type { HistogramName } from '../../../buckets.ts';
import type { Threshold } from '../threshold.ts';

/** What an alert asks, in PromQL and of the rows of a ledger: both from the same words, so that they cannot part. */
export interface Condition {
  /** Null where there is nothing to compare with, or nothing else would make sense. */
  readonly threshold: Threshold | null;
  /** What its value is measured in. */
  readonly unit: 'events' | 'ratio' | 'seconds';
  /** Whether its series carry the environment, so that it can be told apart. */
  readonly hasEnvironment: boolean;
  /** PromQL that is empty while all is well. `where` is a matcher for every selector, or empty. */
  expression(asked: ExpressionInput): string;
  /** The same question to the rows of a ledger; null if they cannot answer it. */
  readonly replay: Replay | null;
}

/** What a condition reads, for the replay over past deployments. The threshold is compared as its PromQL does. */
export type Replay =
  /** The increase of a counter in a window: above the threshold or, with `isReached`, at least it. */
  | (Window & {
      readonly kind: 'increase';
      readonly metric: string;
      readonly labels: Readonly<Record<string, string>>;
      readonly isReached: boolean;
    })
  /** At least so many measurements above the threshold in a window. */
  | (Window & {
      readonly kind: 'measured above';
      readonly histogram: HistogramName;
      readonly labels: Readonly<Record<string, string>>;
      readonly atLeast: number;
    })
  | (Window & { readonly kind: 'p95'; readonly histogram: HistogramName })
  /** The share of those with the status `good`. */
  | (Window & { readonly kind: 'share'; readonly metric: string; readonly good: string })
  | {
      readonly kind: 'burn rate';
      readonly bad: string;
      readonly all: string;
      readonly by: readonly string[];
      readonly longMs: number;
      readonly shortMs: number;
      readonly fewest: number;
      /** The share of bad ones that uses up the budget exactly, 0 to 1. */
      readonly allowedBad: number;
    }
  | { readonly kind: 'error rate'; readonly judgedMs: number }
  | { readonly kind: 'running' | 'not healthy' };

interface Window {
  readonly by: readonly string[];
  readonly windowMs: number;
}

export interface ExpressionInput {
  readonly threshold: number;
  readonly where: string;
}
