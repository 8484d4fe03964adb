import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { lines, stackedBars } from '../charts.ts';
import { chosenOf, quantileOf, shareOf } from '../expressions.ts';
import { thresholds } from '../thresholds.ts';

/** The same over time: at each moment, the chosen range before it. */
export function trends(): Builder<Panel>[] {
  return [successRate(), timeToDeploy(), rollbacks()];
}

function successRate(): Builder<Panel> {
  return lines({
    title: 'Success rate over time',
    description:
      'At each moment, of the chosen range before it: with 7 days chosen, the rolling rate of a week.',
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
  });
}

function timeToDeploy(): Builder<Panel> {
  return lines({
    title: 'Time to deploy over time, p95',
    description:
      'At each moment, of the chosen range before it. The lines are at 300 s and at the target of 600 s.',
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
    targetLine: true,
  });
}

function rollbacks(): Builder<Panel> {
  return stackedBars({
    title: 'Rollbacks by reason',
    description:
      'Rollbacks of any outcome in the time that each bar looks back, four scrapes at the least: where bars are closer, one rollback stands in several. More than 3 in 7 days is an alert, 0 or 1 is normal.',
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
  });
}
