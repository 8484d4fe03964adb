import { increaseBy, series, windowMs } from '../promql.ts';
import type { Condition } from './condition.ts';

/** More events than the threshold in a window: `increase()` extrapolates, so whole events are compared. */
export function countedAbove(asked: {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly window: string;
  readonly by: readonly string[];
  readonly above: number;
}): Condition {
  const { metric, labels, window, by, above } = asked;
  const matchers = Object.entries(labels).map(([name, value]) => `${name}="${value}"`);
  return {
    threshold: { kind: 'count', shipped: above },
    unit: 'events',
    hasEnvironment: true,
    expression: ({ threshold, where }) =>
      `round(${increaseBy(by, { of: series(metric, [...matchers, where]), window })}) > ${threshold}`,
    replay: { kind: 'increase', metric, labels, by, windowMs: windowMs(window), isReached: false },
  };
}
