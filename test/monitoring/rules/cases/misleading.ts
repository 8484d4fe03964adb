import type { AlertCase, Series } from './series.ts';

/** Alerts on gauges: their values stay true whatever a gateway loses. They have cases of their own. */
const ofGauges = [
  'DeploymentTakingTooLong',
  'HighErrorRatePostDeploy',
  'DeploymentNotHealthy',
  'PushgatewayDown',
  'DeploytrackPushFailing',
  'DeploytrackCounterReset',
  'DeploytrackGroupAbandoned',
];
/** They use ranges of days, and stay active for days. */
const ofDays = [
  'RollbacksIncreasing',
  'TimeToDeployBudgetExceeded',
  'ErrorBudgetHalfSpent',
  'ErrorBudgetExhausted',
  'ErrorBudgetBurnSlow',
  'PostDeployHealthSLOBreached',
  'SmokeTestSLOBreached',
  'DowntimeP95High',
  'PhaseSlowerThanUsual',
];
/** Longer than every other window. */
const goneMinutes = 65;

/**
 * What a Pushgateway does to counters, applied to the cases in which an alert fires: none of it is an event.
 */
export function misleading(cases: readonly AlertCase[]): AlertCase[] {
  const counted = cases.filter(({ alert, firing }) => firing.length > 0 && !ofGauges.includes(alert));
  return counted.flatMap((one) => [
    silent(one, {
      title: 'a restart lost everything, and it was pushed again',
      series: mapped(one, (samples) => [
        ...fill(8, last(samples)),
        ...fill(12, '_'),
        ...fill(160, last(samples)),
      ]),
    }),
    silent(one, {
      title: 'Prometheus sees the group for the first time, when all had happened',
      series: mapped(one, (samples) => [...fill(8, '_'), ...fill(160, last(samples))]),
    }),
    ...(ofDays.includes(one.alert) ? [] : [gone(one)]),
  ]);
}

/** Minute 6 is after all of it, and within every window. */
function silent({ alert }: AlertCase, said: { title: string; series: Series; at?: number }): AlertCase {
  return { alert, at: 6, ...said, firing: [] };
}

function gone(one: AlertCase): AlertCase {
  const after = one.at + goneMinutes;
  return silent(one, {
    title: 'the host is gone, and its values stay',
    at: after,
    series: mapped(one, (samples) => [...samples, ...fill(after * 4, last(samples))]),
  });
}

function mapped({ series }: AlertCase, change: (samples: readonly string[]) => string[]): Series {
  return Object.fromEntries(
    Object.entries(series).map(([name, values]) => [name, change(values.split(' ')).join(' ')]),
  );
}

function last(samples: readonly string[]): string {
  return samples.at(-1) ?? '_';
}

function fill(count: number, value: string): string[] {
  return Array.from({ length: count }, () => value);
}
