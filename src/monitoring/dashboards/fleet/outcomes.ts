import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { amountOf, chosenOf, countOf, quantileOf, shareAndCount } from '../expressions.ts';
import { nothingYet } from '../mappings.ts';
import { table } from '../table.ts';
import { thresholds } from '../thresholds.ts';

/** Results and downtime of the deployments of each host. */
export function outcomes(): Builder<Panel> {
  const by = 'instance';
  const [share, count] = shareAndCount({
    good: chosenOf('deployment_total', 'status="success"'),
    all: chosenOf('deployment_total'),
    by,
  });
  return table({
    title: 'Deployments by host',
    description:
      'Deployments that finished in the range: how many succeeded, failed or were rolled back, and their downtime, together and the p95 of one.',
    span: 24,
    height: 8,
    queries: [
      share,
      count,
      countOf(chosenOf('deployment_total', 'status="failure"'), by),
      countOf(chosenOf('deployment_rollback_total'), by),
      amountOf(chosenOf('deployment_downtime_seconds_sum'), by),
      quantileOf({ q: 0.95, metric: 'deployment_downtime_seconds', by }),
    ].map((expr) => ({ expr, kind: 'table' })),
    unit: 'none',
    thresholds: thresholds.none,
    noValue: 'no deployment yet',
    columns: [
      { field: 'instance', title: 'Host' },
      {
        field: 'Value #A',
        title: 'Success rate',
        unit: 'percentunit',
        decimals: 1,
        thresholds: thresholds.success,
        mappings: nothingYet,
      },
      { field: 'Value #B', title: 'Deployments', unit: 'short', decimals: 0 },
      { field: 'Value #C', title: 'Failed', unit: 'short', decimals: 0, thresholds: thresholds.count },
      { field: 'Value #D', title: 'Rollbacks', unit: 'short', decimals: 0, thresholds: thresholds.rollbacks },
      { field: 'Value #E', title: 'Downtime', unit: 's', decimals: 1 },
      {
        field: 'Value #F',
        title: 'Downtime, p95',
        unit: 's',
        decimals: 1,
        thresholds: thresholds.downtime,
        mappings: nothingYet,
      },
    ],
    sortedBy: { title: 'Success rate', descending: false },
  });
}
