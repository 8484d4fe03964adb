import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { amountOf, chosenOf, countOf, quantileOf, shareAndCount } from '../expressions.ts';
import { asCount, stat } from '../figures.ts';
import { nothingYet } from '../mappings.ts';
import { table } from '../table.ts';
import { thresholds } from '../thresholds.ts';

/** DORA's measures as far as the metrics have them, and downtime; `stats --dora` has all of them. */
export function delivery(): Builder<Panel>[] {
  return [frequency(), leadTime(), failRate(), timeToRestore(), downtime()];
}

function frequency(): Builder<Panel> {
  const successful = countOf(chosenOf('deployment_total', 'status="success"'), 'environment');
  return stat({
    title: 'Deployments per day',
    description:
      'Successful deployments in the range, per day and together. DORA 2024: elite above 1 a day, high from 1 a week (0.14), medium from 1 a month (0.03).',
    span: 5,
    height: 7,
    queries: [
      { expr: `${successful} / ($__range_s / 86400)`, legend: '{{environment}}', kind: 'instant' },
      { expr: successful, legend: '{{environment}}, deployments', kind: 'instant', as: asCount },
    ],
    unit: 'short',
    decimals: 2,
    thresholds: thresholds.calm,
    mappings: nothingYet,
    noValue: 'no deployment yet',
  });
}

function leadTime(): Builder<Panel> {
  const by = 'deployment, environment';
  const quantile = (q: number) => quantileOf({ q, metric: 'time_to_deploy_seconds', by });
  return table({
    title: 'Lead time',
    description:
      'From the triggering push (otherwise the start) to the end of the successful deployments in the range. The precision is that of the histogram buckets. It does not begin at the commit: `stats --dora` does.',
    span: 7,
    height: 7,
    queries: [quantile(0.5), quantile(0.95), countOf(chosenOf('time_to_deploy_seconds_count'), by)].map(
      (expr) => ({ expr, kind: 'table' }),
    ),
    unit: 's',
    decimals: 1,
    thresholds: thresholds.none,
    noValue: 'no deployment yet',
    columns: [
      { field: 'deployment', title: 'Deployment' },
      { field: 'environment', title: 'Environment' },
      { field: 'Value #A', title: 'Median', unit: 's', decimals: 1, mappings: nothingYet },
      {
        field: 'Value #B',
        title: 'p95',
        unit: 's',
        decimals: 1,
        thresholds: thresholds.timeToDeploy,
        mappings: nothingYet,
      },
      { field: 'Value #C', title: 'Deployments', unit: 'short', decimals: 0 },
    ],
    sortedBy: { title: 'p95', descending: true },
  });
}

function failRate(): Builder<Panel> {
  const bad = chosenOf('deployment_slo_bad_total');
  const [share, count] = shareAndCount({ good: bad, all: chosenOf('deployment_total') });
  return stat({
    title: 'Change fail rate',
    description:
      'Ratio of deployments that failed or were rolled back to all that finished in the range. DORA 2024: elite to 5%, high or medium to 20%, low to 40%.',
    span: 4,
    height: 7,
    queries: [
      { expr: share, legend: 'change fail rate', kind: 'instant' },
      { expr: countOf(bad), legend: 'failed or rolled back', kind: 'instant', as: asCount },
      { expr: count, legend: 'deployments', kind: 'instant', as: asCount },
    ],
    unit: 'percentunit',
    decimals: 1,
    thresholds: thresholds.failRate,
    mappings: nothingYet,
    noValue: 'no deployment yet',
  });
}

/** Health is 1 or 0, so its sum over the minutes without it is the time, and a decrease is an outage. */
function timeToRestore(): Builder<Panel> {
  const health = chosenOf('deployment_health_status');
  const resets = `resets(${health}[$__range])`;
  const outages = `sum(${resets})`;
  // A group that is younger than a minute may have no minute at all.
  const minutes = `(sum_over_time((1 - ${health})[$__range:1m]) or 0 * ${resets})`;
  return stat({
    title: 'Time to restore',
    description:
      'Mean time from a failed health verification to the next successful one, of the services that were healthy before, in the range; to a minute. `stats --dora` also counts failed deployments without a verification.',
    span: 4,
    height: 7,
    queries: [
      {
        expr: `60 * sum(${minutes} and ${resets} > 0) / ${outages}`,
        legend: 'mean',
        kind: 'instant',
      },
      { expr: outages, legend: 'times unhealthy', kind: 'instant', as: asCount },
    ],
    unit: 's',
    decimals: 1,
    thresholds: thresholds.calm,
    mappings: nothingYet,
    noValue: 'never unhealthy in the range',
  });
}

function downtime(): Builder<Panel> {
  return stat({
    title: 'Downtime',
    description:
      'Downtime of the deployments in the range: together, and the p95 of one. More than 30 s raise an alert.',
    span: 4,
    height: 7,
    queries: [
      { expr: amountOf(chosenOf('deployment_downtime_seconds_sum')), legend: 'together', kind: 'instant' },
      {
        expr: quantileOf({ q: 0.95, metric: 'deployment_downtime_seconds' }),
        legend: 'p95',
        kind: 'instant',
        as: { unit: 's', decimals: 1, thresholds: thresholds.downtime },
      },
      {
        expr: countOf(chosenOf('deployment_downtime_seconds_count')),
        legend: 'deployments',
        kind: 'instant',
        as: asCount,
      },
    ],
    unit: 's',
    decimals: 1,
    thresholds: thresholds.calm,
    mappings: nothingYet,
    noValue: 'no deployment yet',
  });
}
