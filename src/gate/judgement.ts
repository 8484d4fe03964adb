import type { Unread } from '../ledger/gate/gateRows.ts';

/** What can freeze deployments. */
export type GateRule = 'freeze' | 'window' | 'error_budget' | 'success_rate' | 'migration' | 'alert';

/** A rule that freezes deployments now. */
export interface Obstacle {
  readonly rule: GateRule;
  /** A part of a sentence, without a full stop. */
  readonly reason: string;
  /** What ends it, as a part of a sentence. */
  readonly ends: string;
  /** When it ends by itself, if nothing else happens, in Unix milliseconds; null if it does not, or if that is not known. */
  readonly endsAtMs: number | null;
}

/** What rules found. */
export interface Judgement {
  readonly obstacles: readonly Obstacle[];
  readonly unread: readonly Unread[];
  /** What was judged and does not freeze, for the line of a gate that is open. */
  readonly facts: readonly string[];
}

export const nothingFound: Judgement = { obstacles: [], unread: [], facts: [] };

export function together(all: readonly Judgement[]): Judgement {
  return {
    obstacles: all.flatMap(({ obstacles }) => obstacles),
    unread: withoutCopies(all.flatMap(({ unread }) => unread)),
    facts: all.flatMap(({ facts }) => facts),
  };
}

/** Two rules that cannot be read for the same reason say it once. */
function withoutCopies(unread: readonly Unread[]): Unread[] {
  return unread.filter(({ problem }, at) => unread.findIndex((other) => other.problem === problem) === at);
}
