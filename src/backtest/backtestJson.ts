import { isoTime } from '../model.ts';
import { asciiJson, type Json } from '../report/json.ts';
import type { Backtest } from './backtest.ts';
import type { Firing } from './firing.ts';

/** The backtest as JSON: times in ISO 8601, null if it is still firing; seconds and ratios as numbers. */
export function backtestJson({ sinceMs, untilMs, alerts, notReplayed }: Backtest): string {
  const found = {
    since: isoTime(sinceMs),
    until: isoTime(untilMs),
    alerts: alerts.map(({ rule, shipped, given }) => ({
      alert: rule.name,
      severity: rule.severity,
      shipped: { figure: rule.condition.threshold?.shipped ?? null, fired: shipped.map(firingJson) },
      given: given === null ? null : { figure: given.threshold, fired: given.firings.map(firingJson) },
    })),
    not_replayed: notReplayed,
  };
  return `${asciiJson(found, { pretty: true })}\n`;
}

function firingJson({ labels, fromMs, toMs, value }: Firing): Json {
  return {
    from: isoTime(fromMs),
    to: toMs === Number.POSITIVE_INFINITY ? null : isoTime(toMs),
    value,
    ...labels,
  };
}
