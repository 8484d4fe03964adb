import { counted } from '../../text/counted.ts';
import type { GateRules } from '../gateRules.ts';
import type { Judgement, Obstacle } from '../judgement.ts';

const windowMs = 30 * 86_400_000;

export interface BudgetPeriod {
  readonly fromMs: number;
  readonly untilMs: number;
  /** When the month ends; null for 30 days, which go on. */
  readonly endsAtMs: number | null;
  readonly words: string;
}

/** The period of the budget, the month in the host's time zone; null if it is off. */
export function budgetPeriod(
  { budgetPeriod: said }: Pick<GateRules, 'budgetPeriod'>,
  nowMs: number,
): BudgetPeriod | null {
  if (said === 'off') return null;
  const untilMs = nowMs + 1;
  if (said === '30d')
    return { fromMs: nowMs - windowMs, untilMs, endsAtMs: null, words: 'in the last 30 days' };
  const now = new Date(nowMs);
  const firstOf = (months: number) => new Date(now.getFullYear(), now.getMonth() + months, 1).getTime();
  return { fromMs: firstOf(0), untilMs, endsAtMs: firstOf(1), words: 'this month' };
}

/** What used the budget; `versions`: which deployments, if that is known. */
export interface BudgetUsed {
  readonly used: number;
  readonly deployments: number;
  readonly versions: readonly string[];
}

/** With too few deployments a ratio means nothing: then a spent budget does not freeze. */
export function judgeBudget(
  { errorBudget, minDeployments }: Pick<GateRules, 'errorBudget' | 'minDeployments'>,
  { used, deployments, versions }: BudgetUsed,
  { words, ends }: { words: string; ends: Pick<Obstacle, 'ends' | 'endsAtMs'> },
): Judgement {
  const share = `${round(used)} of ${counted(round(errorBudget), 'failed deployment')} used ${words}`;
  const named = versions.length === 0 ? '' : ` (${listed(versions)})`;
  if (used < errorBudget) return { obstacles: [], unread: [], facts: [`error budget: ${share}`] };
  if (deployments < minDeployments) {
    const few = `error budget: ${share}, which counts from ${minDeployments} deployments on; there were ${deployments}`;
    return { obstacles: [], unread: [], facts: [few] };
  }
  return {
    obstacles: [{ rule: 'error_budget', reason: `the error budget is spent: ${share}${named}`, ...ends }],
    unread: [],
    facts: [],
  };
}

/** When enough events are older than 30 days. */
export function budgetFreeAtMs(
  spent: readonly { readonly at: string; readonly weight: number }[],
  budget: number,
): number | null {
  let left = spent.reduce((sum, { weight }) => sum + weight, 0);
  const oldestFirst = [...spent].sort((one, other) => (one.at < other.at ? -1 : 1));
  for (const { at, weight } of oldestFirst) {
    left -= weight;
    if (left < budget) return Date.parse(at) + windowMs + 1;
  }
  return null;
}

const mostNamed = 3;

function listed(versions: readonly string[]): string {
  const more = versions.length - mostNamed;
  return `${versions.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}

function round(value: number): number {
  return Math.round(value * 100) / 100;
}
