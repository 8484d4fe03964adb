import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { chosenOf, shareAndCount } from './expressions.ts';
import { asCount, stat } from './figures.ts';
import { nothingYet } from './mappings.ts';
import { thresholds } from './thresholds.ts';

type Stat = Parameters<typeof stat>[0];

/** The success rate with its count, of the range or of a time of its own. */
export function successRate(
  own: Pick<Stat, 'title' | 'description' | 'span' | 'height' | 'timeFrom'>,
): Builder<Panel> {
  const [share, count] = shareAndCount({
    good: chosenOf('deployment_total', 'status="success"'),
    all: chosenOf('deployment_total'),
  });
  return stat({
    ...own,
    queries: [
      { expr: share, legend: 'success rate', kind: 'instant' },
      { expr: count, legend: 'deployments', kind: 'instant', as: asCount },
    ],
    unit: 'percentunit',
    decimals: 1,
    thresholds: thresholds.success,
    mappings: nothingYet,
    noValue: 'no deployment yet',
  });
}
