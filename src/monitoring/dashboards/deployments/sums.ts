import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { chosenOf, shareOf } from '../expressions.ts';
import { bars, stat } from '../figures.ts';
import { nothingYet } from '../mappings.ts';
import { thresholds } from '../thresholds.ts';

/** Groups by status, and the success rate. */
export function sums(): Builder<Panel>[] {
  return [byStatus(), successRate()];
}

function byStatus(): Builder<Panel> {
  return bars({
    title: 'Groups by status',
    description: 'Number of groups (host, deployment, environment) with each current status.',
    span: 14,
    height: 6,
    queries: [
      { expr: `count by (status) (${chosenOf('deployment_status')})`, legend: '{{status}}', kind: 'instant' },
    ],
    unit: 'short',
    decimals: 0,
    thresholds: thresholds.calm,
  });
}

function successRate(): Builder<Panel> {
  return stat({
    title: 'Success rate, 7 days',
    description:
      'Ratio of successful deployments to all that finished in the last seven days; the selected range has no effect. Green from 95%, yellow from 90%.',
    span: 10,
    height: 6,
    queries: [
      {
        expr: shareOf({
          good: chosenOf('deployment_total', 'status="success"'),
          all: chosenOf('deployment_total'),
        }),
        kind: 'instant',
      },
    ],
    unit: 'percentunit',
    decimals: 1,
    thresholds: thresholds.success,
    mappings: nothingYet,
    timeFrom: '7d',
  });
}
