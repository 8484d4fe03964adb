import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { lines, stackedBars } from '../charts.ts';
import { chosenOf, quantileOf, shareOf } from '../expressions.ts';
import { thresholds } from '../thresholds.ts';

/** The key metrics over time. Each point covers the selected range before it. */
export function trends(): Builder<Panel>[] {
  return [successRate(), timeToDeploy(), rollbacks()];
}

function successRate(): Builder<Panel> {
  return lines({
    title: 'Success rate over time',
    description:
      'Each point covers the selected range before it: with a range of 7 days it is the rolling rate of a week.',
    span: 8,
    height: 8,
    queries: [
      {
        expr: shareOf({
          good: chosenOf('deployment_total', 'status="success"'),
          all: chosenOf('deployment_total'),
          by: 'environment',
        }),
        legend: '{{environment}}',
        kind: 'range',
      },
    ],
    unit: 'percentunit',
    max: 1,
    thresholds: thresholds.success,
    noValue: 'no deployment yet',
  });
}

function timeToDeploy(): Builder<Panel> {
  return lines({
    title: 'Time to deploy over time, p95',
    description:
      'Each point covers the selected range before it. The lines are at 300 s and at the target of 600 s.',
    span: 8,
    height: 8,
    queries: [
      {
        expr: quantileOf({ q: 0.95, metric: 'time_to_deploy_seconds', by: 'environment' }),
        legend: '{{environment}}',
        kind: 'range',
      },
    ],
    unit: 's',
    thresholds: thresholds.timeToDeploy,
    noValue: 'no deployment yet',
    targetLine: true,
  });
}

function rollbacks(): Builder<Panel> {
  return stackedBars({
    title: 'Rollbacks by reason',
    description:
      'Rollbacks, successful or not. Each bar covers at least four scrapes, so one rollback is in several bars if they are closer than that. More than 3 in 7 days raise an alert; 0 or 1 is normal.',
    span: 8,
    height: 8,
    queries: [
      {
        expr: `round(sum by (reason) (increase(${chosenOf('deployment_rollback_total')}[$__rate_interval])))`,
        legend: '{{reason}}',
        kind: 'range',
      },
    ],
    unit: 'short',
    decimals: 0,
    thresholds: thresholds.rollbacks,
    noValue: 'no deployment yet',
  });
}
