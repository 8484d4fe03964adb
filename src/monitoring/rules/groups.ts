import { type AlertRule, runbookOf } from './alertRule.ts';
import { alertGroups } from './alerts/alerts.ts';
import type { ChosenThresholds } from './chosenThresholds.ts';
import { bareNames, burnRates, indicators, type RecordingRule } from './objectives.ts';
import { matcher } from './promql.ts';
import { thresholdText } from './threshold.ts';

/** Groups of rules as Prometheus reads them. */
export interface RuleGroups {
  readonly groups: readonly RuleGroup[];
}

interface RuleGroup {
  readonly name: string;
  readonly interval?: string;
  readonly rules: readonly (RecordingRule | PrometheusAlert)[];
}

export interface PrometheusAlert {
  readonly alert: string;
  readonly expr: string;
  readonly for?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

export function recordingGroups(): RuleGroups {
  return {
    groups: [
      { name: 'deploytrack-bare-names', rules: bareNames },
      { name: 'deploytrack-burn-rates', rules: burnRates },
      // Windows of 30 days are expensive. 2m is still below the five minutes after which Prometheus drops a sample.
      { name: 'deploytrack-indicators', interval: '2m', rules: indicators },
    ],
  };
}

/** Every alert, with the shipped thresholds or the chosen ones. */
export function alertingGroups(chosen: ChosenThresholds): RuleGroups {
  return {
    groups: Object.entries(alertGroups).map(([name, rules]) => ({
      name: `deploytrack-${name}`,
      rules: rules.flatMap((rule) => alertsOf(rule, chosen)),
    })),
  };
}

/** One alert; two if one environment has its own threshold. Each series belongs to exactly one of them. */
function alertsOf(rule: AlertRule, { thresholds, environment }: ChosenThresholds): PrometheusAlert[] {
  const shipped = rule.condition.threshold?.shipped ?? 0;
  const threshold = thresholds.get(rule.name);
  if (threshold === undefined) return [prometheusAlert(rule, { threshold: shipped, where: '' })];
  if (environment === null) return [prometheusAlert(rule, { threshold, where: '' })];
  const elsewhere = matcher('environment', { is: environment, not: true });
  return [
    prometheusAlert(rule, { threshold: shipped, where: elsewhere }),
    prometheusAlert(rule, {
      threshold,
      where: matcher('environment', { is: environment }),
      labels: { environment },
    }),
  ];
}

function prometheusAlert(
  { name, severity, forSeconds, condition, summary, description }: AlertRule,
  { labels = {}, ...asked }: { threshold: number; where: string; labels?: Readonly<Record<string, string>> },
): PrometheusAlert {
  const said = condition.threshold === null ? '' : thresholdText(condition.threshold, asked.threshold);
  return {
    alert: name,
    expr: condition.expression(asked),
    ...(forSeconds === 0 ? {} : { for: forText(forSeconds) }),
    labels: { severity, ...labels },
    annotations: {
      summary,
      description: description.replace('{threshold}', said),
      runbook_url: runbookOf(name),
    },
  };
}

export function forText(seconds: number): string {
  return `${seconds / 60}m`;
}
