import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { chosenOf, countOf, meanOf } from '../expressions.ts';
import { table } from '../table.ts';
import { thresholds } from '../thresholds.ts';

/** Durations and failures by stage. */
export function stages(): Builder<Panel>[] {
  return [durations(), failures()];
}

function durations(): Builder<Panel> {
  return table({
    title: 'Stage duration, average',
    description: 'Average of all finished runs of each stage in the range, including failed ones.',
    span: 12,
    height: 9,
    queries: [
      { expr: `${meanOf({ metric: 'deployment_stage_duration_seconds', by: 'stage' })} >= 0`, kind: 'table' },
      {
        expr: `${countOf(chosenOf('deployment_stage_duration_seconds_count'), 'stage')} > 0`,
        kind: 'table',
      },
    ],
    unit: 'none',
    thresholds: thresholds.none,
    noValue: 'no stage was run yet',
    columns: [
      { field: 'stage', title: 'Stage' },
      { field: 'Value #A', title: 'Average', unit: 's', decimals: 1 },
      { field: 'Value #B', title: 'Runs', unit: 'short', decimals: 0 },
    ],
    sortedBy: { title: 'Average', descending: true },
  });
}

function failures(): Builder<Panel> {
  return table({
    title: 'Stage failures',
    description: 'Failed runs in the range by stage and type of error. The table is empty if nothing failed.',
    span: 12,
    height: 9,
    queries: [
      {
        expr: `${countOf(chosenOf('deployment_stage_failures_total'), 'service, stage, error_type')} > 0`,
        kind: 'table',
      },
    ],
    unit: 'none',
    thresholds: thresholds.none,
    noValue: 'no stage failed',
    columns: [
      { field: 'service', title: 'Service' },
      { field: 'stage', title: 'Stage' },
      { field: 'error_type', title: 'Error' },
      { field: 'Value', title: 'Failures', unit: 'short', decimals: 0, thresholds: thresholds.count },
    ],
    sortedBy: { title: 'Failures', descending: true },
  });
}
