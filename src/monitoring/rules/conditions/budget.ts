import { increaseBy, series, windowMs } from '../promql.ts';
import type { Condition } from './condition.ts';

const by = ['deployment', 'environment'];
const consumed = 'deployment_error_budget_consumed_total';
const bad = 'deployment_slo_bad_total';
const all = 'deployment_total';
/** SLO 1: of a hundred deployments one may fail or be rolled back. */
const allowedBad = 0.01;
/** Minimum number of deployments in the long window; with fewer a rate means nothing. */
const fewest = 10;

export const budgetUsed = 'deployment_environment:error_budget_used:increase30d';
export const badRatio = (window: string) => `deployment_environment:deployment_bad:ratio_increase${window}`;
export const deployments = (window: string) => `deployment_environment:deployment_total:increase${window}`;

/** One failed deployment in 30 days is the whole budget of a deployment and environment. */
export function budgetUsedExpression(): string {
  return increaseBy(by, { of: consumed, window: '30d' });
}

export function deploymentsExpression(window: string): string {
  return increaseBy(by, { of: all, window });
}

export function badRatioExpression(window: string): string {
  return `${increaseBy(by, { of: bad, window })}\n/\n${deploymentsExpression(window)}`;
}

/** At least this ratio of the budget of 30 days is used. Weights are halves, and `increase()` extrapolates. */
export function budgetSpent(share: number): Condition {
  return {
    threshold: { kind: 'ratio', shipped: share },
    unit: 'ratio',
    hasEnvironment: true,
    expression: ({ threshold, where }) => `round(${series(budgetUsed, [where])}, 0.5) >= ${threshold}`,
    replay: {
      kind: 'increase',
      metric: consumed,
      labels: {},
      by,
      windowMs: windowMs('30d'),
      isReached: true,
    },
  };
}

/** Bad deployments happen `times` as fast as SLO 1 allows, in a long window and still in a short one. */
export function burning({ times, long, short }: { times: number; long: string; short: string }): Condition {
  return {
    threshold: { kind: 'rate', shipped: times, most: 1 / allowedBad },
    unit: 'ratio',
    hasEnvironment: true,
    expression: ({ threshold, where }) =>
      [
        `${series(badRatio(long), [where])} > ${threshold} * ${allowedBad}`,
        `and ${series(badRatio(short), [where])} > ${threshold} * ${allowedBad}`,
        `and round(${series(deployments(long), [where])}) >= ${fewest}`,
      ].join('\n'),
    replay: {
      kind: 'burn rate',
      bad,
      all,
      by,
      longMs: windowMs(long),
      shortMs: windowMs(short),
      fewest,
      allowedBad,
    },
  };
}
