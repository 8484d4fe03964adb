import type { HistogramName } from '../../../buckets.ts';
import type { Threshold } from '../threshold.ts';

/** The condition of an alert, in PromQL and over the rows of a ledger: both come from one specification and cannot diverge. */
export interface Condition {
  /** Null if the condition has no threshold, or only one that makes sense. */
  readonly threshold: Threshold | null;
  /** Unit of its value. */
  readonly unit: 'events' | 'ratio' | 'seconds';
  /** Whether its series have the label `environment`, so that one environment can have its own threshold. */
  readonly hasEnvironment: boolean;
  /** PromQL that returns nothing while the alert should not fire. Every selector has the matcher of the input, if any. */
  expression(asked: ExpressionInput): string;
  /** The same condition over the rows of a ledger; null if they cannot show it. */
  readonly replay: Replay | null;
}

/** What a condition reads, for the replay over past deployments. The threshold is compared as in its PromQL. */
export type Replay =
  /** The increase of a counter in a window is above the threshold or, with `isReached`, at least the threshold. */
  | (Window & {
      readonly kind: 'increase';
      readonly metric: string;
      readonly labels: Readonly<Record<string, string>>;
      readonly isReached: boolean;
    })
  /** At least `atLeast` measurements above the threshold in a window. */
  | (Window & {
      readonly kind: 'measured above';
      readonly histogram: HistogramName;
      readonly labels: Readonly<Record<string, string>>;
      readonly atLeast: number;
    })
  | (Window & { readonly kind: 'p95'; readonly histogram: HistogramName })
  /** The ratio of those with the status `good`. */
  | (Window & { readonly kind: 'share'; readonly metric: string; readonly good: string })
  | {
      readonly kind: 'burn rate';
      readonly bad: string;
      readonly all: string;
      readonly by: readonly string[];
      readonly longMs: number;
      readonly shortMs: number;
      readonly fewest: number;
      /** The ratio of bad ones that uses up the budget exactly, 0 to 1. */
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
