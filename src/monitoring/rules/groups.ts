import { type AlertRule, runbookOf } from './alertRule.ts';
import { alertGroups } from './alerts/alerts.ts';
import type { ChosenThresholds } from './chosenThresholds.ts';
import { bareNames, burnRates, indicators, type RecordingRule } from './objectives.ts';
import { matcher, series } from './promql.ts';
import { thresholdText } from './threshold.ts';

/** The metric of `rules --drill`: the Unix time at which the copy stops firing, in a group of the drill's own. */
export const drillUntil = 'deploytrack_drill_until_timestamp_seconds';

/** Its rules have the names of the alerts that they copy. */
export const drillGroup = 'deploytrack-drills';

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

/** The content of `alerts.yml`; `runbookBase` is the address of the runbook, by default the page of the project. */
export function alertsFile(chosen: ChosenThresholds, runbookBase?: string): RuleGroups {
  return { groups: [...alertingGroups(chosen, runbookBase).groups, ...drillGroups(runbookBase).groups] };
}

/** Every alert, with the shipped thresholds or the chosen ones. */
export function alertingGroups(chosen: ChosenThresholds, runbookBase?: string): RuleGroups {
  return {
    groups: Object.entries(alertGroups).map(([name, rules]) => ({
      name: `deploytrack-${name}`,
      rules: rules.flatMap((rule) => alertsOf(rule, chosen, runbookBase)),
    })),
  };
}

/**
 * A harmless copy of every alert for `rules --drill`: the same name and severity, at once, with the label
 * `drill="true"`. It fires only until the time that the drill has pushed, even if that drill was killed.
 */
export function drillGroups(runbookBase?: string): RuleGroups {
  const rules = Object.values(alertGroups).flat();
  return { groups: [{ name: drillGroup, rules: rules.map((rule) => drillOf(rule, runbookBase)) }] };
}

function drillOf({ name, severity }: AlertRule, runbookBase?: string): PrometheusAlert {
  const until = series(drillUntil, [matcher('alert', { is: name })]);
  return {
    alert: name,
    expr: `max by (instance, deployment, environment) (${until}) > time()`,
    labels: { severity, drill: 'true' },
    annotations: {
      summary: `Drill: a harmless copy of ${name}`,
      description: 'Raised by `deploytrack rules --drill` on {{ $labels.instance }}. Nothing is wrong.',
      runbook_url: runbookOf(name, runbookBase),
    },
  };
}

/** One alert; two if one environment has its own threshold. Each series belongs to exactly one of them. */
function alertsOf(
  rule: AlertRule,
  { thresholds, environment }: ChosenThresholds,
  runbookBase: string | undefined,
): PrometheusAlert[] {
  const shipped = rule.condition.threshold?.shipped ?? 0;
  const written = (asked: Written) => prometheusAlert(rule, { runbookBase, ...asked });
  const threshold = thresholds.get(rule.name);
  if (threshold === undefined) return [written({ threshold: shipped, where: '' })];
  if (environment === null) return [written({ threshold, where: '' })];
  const elsewhere = matcher('environment', { is: environment, not: true });
  return [
    written({ threshold: shipped, where: elsewhere }),
    written({ threshold, where: matcher('environment', { is: environment }), labels: { environment } }),
  ];
}

interface Written {
  readonly threshold: number;
  readonly where: string;
  readonly labels?: Readonly<Record<string, string>>;
}

function prometheusAlert(
  { name, severity, forSeconds, condition, summary, description }: AlertRule,
  { labels = {}, runbookBase, ...asked }: Written & { runbookBase: string | undefined },
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
      runbook_url: runbookOf(name, runbookBase),
    },
  };
}

export function forText(seconds: number): string {
  return `${seconds / 60}m`;
}
