import type { Figure } from '../figure.ts';
import type { History } from '../replay/history.ts';
import type { Track } from '../replay/track.ts';

/** What an alert asks, in PromQL and of the rows of a ledger: both from the same words, so that they cannot part. */
export interface Condition {
  /** Null where there is nothing to compare with, or nothing else would make sense. */
  readonly figure: Figure | null;
  /** What its value is measured in. */
  readonly unit: 'events' | 'ratio' | 'seconds';
  /** Whether its series carry the environment, so that it can be told apart. */
  readonly hasEnvironment: boolean;
  /** PromQL that is empty while all is well. `where` is a matcher for every selector, or empty. */
  expression(asked: Asked): string;
  /** What it would have read; null where rows tell nothing of it. */
  readonly replay: ((history: History, figure: number) => readonly Track[]) | null;
}

export interface Asked {
  readonly figure: number;
  readonly where: string;
}
