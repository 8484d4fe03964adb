import type { Outcome } from '../../ledger/gate/outcomes.ts';
import { formatShare } from '../../text/figures.ts';
import type { Judgement, Obstacle } from '../judgement.ts';

export const hourMs = 3_600_000;
/** A rate of one or two deployments means nothing. */
const fewest = 3;

/** The success rate of the deployments that ended in the last hour. */
export function judgeSuccess(
  atLeast: number,
  { good, all }: { good: number; all: number },
  ends: Pick<Obstacle, 'ends' | 'endsAtMs'>,
): Judgement {
  const words = `${good} of ${all} deployments succeeded in the last hour`;
  if (all === 0) return { obstacles: [], unread: [], facts: [] };
  if (!isTooLow({ good, all }, atLeast)) return { obstacles: [], unread: [], facts: [words] };
  const rates = `${formatShare(good / all)}, below ${Number((atLeast * 100).toFixed(2))}%`;
  return {
    obstacles: [{ rule: 'success_rate', reason: `only ${words} (${rates})`, ...ends }],
    unread: [],
    facts: [],
  };
}

function isTooLow({ good, all }: { good: number; all: number }, atLeast: number): boolean {
  return all >= fewest && good / all < atLeast;
}

/** When enough of them are older than an hour, if no other one ends. They are in the order in which they ended. */
export function rateFreeAtMs(outcomes: readonly Outcome[], atLeast: number): number | null {
  const goodOf = (some: readonly Outcome[]) => some.filter(({ succeeded }) => succeeded).length;
  for (const [index, { endedAt }] of outcomes.entries()) {
    const rest = outcomes.slice(index + 1);
    if (!isTooLow({ good: goodOf(rest), all: rest.length }, atLeast)) return Date.parse(endedAt) + hourMs + 1;
  }
  return null;
}
