import type { AlertRule } from '../monitoring/rules/alertRule.ts';
import { alerts } from '../monitoring/rules/alerts/alerts.ts';
import type { ChosenThresholds } from '../monitoring/rules/chosenThresholds.ts';
import { type Firing, firingsOf } from './firing.ts';
import type { History } from './history.ts';
import { tracksOf } from './tracksOf.ts';

/** When each alert would have fired, with the shipped threshold and with a chosen one. */
export interface Backtest {
  readonly sinceMs: number;
  readonly untilMs: number;
  readonly alerts: readonly ReplayedAlert[];
  /** Alerts about the pipeline itself, which the rows cannot show. */
  readonly notReplayed: readonly string[];
}

export interface ReplayedAlert {
  readonly rule: AlertRule;
  readonly shipped: readonly Firing[];
  /** Null if no other threshold was chosen. */
  readonly given: { readonly threshold: number; readonly firings: readonly Firing[] } | null;
}

/** The first windows of a period begin this long before it. */
export const longestWindowMs = 30 * 86_400_000;

/**
 * Replays every rule over the rows. Windows count events, while `increase()` extrapolates from samples, so the times
 * agree with those of Prometheus within one scrape and one evaluation.
 */
export function backtest(
  history: History,
  { sinceMs, untilMs, chosen }: { sinceMs: number; untilMs: number; chosen: ChosenThresholds },
): Backtest {
  const period = { fromMs: sinceMs, untilMs };
  const replayed = alerts.flatMap((rule): ReplayedAlert[] => {
    const { replay, threshold } = rule.condition;
    if (replay === null) return [];
    const firings = (value: number) =>
      tracksOf(replay, { history, threshold: value })
        .flatMap((track) => firingsOf(track, { ...period, forSeconds: rule.forSeconds }))
        .sort((one, other) => one.fromMs - other.fromMs);
    const shipped = firings(threshold?.shipped ?? 0);
    const set = chosen.thresholds.get(rule.name);
    if (set === undefined) return [{ rule, shipped, given: null }];
    const there = (one: Firing) =>
      chosen.environment === null || one.labels.environment === chosen.environment;
    const given = [...firings(set).filter(there), ...shipped.filter((one) => !there(one))];
    given.sort((one, other) => one.fromMs - other.fromMs);
    return [{ rule, shipped, given: { threshold: set, firings: given } }];
  });
  const notReplayed = alerts.filter(({ condition }) => condition.replay === null).map(({ name }) => name);
  return { sinceMs, untilMs, alerts: replayed, notReplayed };
}
