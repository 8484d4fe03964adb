import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { amountOf, chosenOf, countOf, quantileOf, shareOf } from '../expressions.ts';
import { bars } from '../figures.ts';
import { nothingYet } from '../mappings.ts';
import { table } from '../table.ts';
import { thresholds } from '../thresholds.ts';

/** Results and downtime of the deployments of each host. */
export function outcomes(): Builder<Panel>[] {
  return [successRate(), counts(), downtime(), longDowntime()];
}

function successRate(): Builder<Panel> {
  return bars({
    title: 'Success rate by host',
    description:
      'Ratio of successful deployments to all that finished in the range. Green from 95%, yellow from 90%.',
    span: 6,
    height: 8,
    queries: [
      {
        expr: shareOf({
          good: chosenOf('deployment_total', 'status="success"'),
          all: chosenOf('deployment_total'),
          by: 'instance',
        }),
        legend: '{{instance}}',
        kind: 'instant',
      },
    ],
    unit: 'percentunit',
    decimals: 1,
    max: 1,
    thresholds: thresholds.success,
    mappings: nothingYet,
  });
}

function counts(): Builder<Panel> {
  return table({
    title: 'Deployments by host',
    description: 'How many succeeded, failed or were rolled back in the range.',
    span: 6,
    height: 8,
    queries: [
      countOf(chosenOf('deployment_total', 'status="success"'), 'instance'),
      countOf(chosenOf('deployment_total', 'status="failure"'), 'instance'),
      countOf(chosenOf('deployment_rollback_total'), 'instance'),
    ].map((expr) => ({ expr, kind: 'table' })),
    unit: 'none',
    thresholds: thresholds.none,
    columns: [
      { field: 'instance', title: 'Host' },
      { field: 'Value #A', title: 'Success', unit: 'short', decimals: 0 },
      { field: 'Value #B', title: 'Failed', unit: 'short', decimals: 0, thresholds: thresholds.count },
      { field: 'Value #C', title: 'Rollbacks', unit: 'short', decimals: 0, thresholds: thresholds.rollbacks },
    ],
    sortedBy: { title: 'Host', descending: false },
  });
}

function downtime(): Builder<Panel> {
  return bars({
    title: 'Downtime by host',
    description: 'Total downtime of the deployments in the range.',
    span: 6,
    height: 8,
    queries: [
      {
        expr: amountOf(chosenOf('deployment_downtime_seconds_sum'), 'instance'),
        legend: '{{instance}}',
        kind: 'instant',
      },
    ],
    unit: 's',
    decimals: 1,
    thresholds: thresholds.calm,
  });
}

function longDowntime(): Builder<Panel> {
  return bars({
    title: 'Downtime of one deployment by host, p95',
    description: 'The precision is that of the histogram buckets. More than 30 s raise an alert.',
    span: 6,
    height: 8,
    queries: [
      {
        expr: quantileOf({ q: 0.95, metric: 'deployment_downtime_seconds', by: 'instance' }),
        legend: '{{instance}}',
        kind: 'instant',
      },
    ],
    unit: 's',
    decimals: 1,
    thresholds: thresholds.downtime,
    mappings: nothingYet,
  });
}
