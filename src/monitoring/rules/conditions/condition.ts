import type { Figure } from '../figure.ts';
import type { History } from '../replay/history.ts';
import type { Track } from '../replay/track.ts';

/** The condition of an alert, in PromQL and over the rows of a ledger: both come from one specification and cannot diverge. */
export interface Condition {
  /** Null if the condition has no threshold, or only one that makes sense. */
  readonly figure: Figure | null;
  /** Unit of its value. */
  readonly unit: 'events' | 'ratio' | 'seconds';
  /** Whether its series have the label `environment`, so that one environment can have its own threshold. */
  readonly hasEnvironment: boolean;
  /** PromQL that returns nothing while the alert should not fire. `where` is a matcher for every selector, or empty. */
  expression(asked: Asked): string;
  /** The values it would have had; null if the rows cannot show them. */
  readonly replay: ((history: History, figure: number) => readonly Track[]) | null;
}

export interface Asked {
  readonly figure: number;
  readonly where: string;
}
