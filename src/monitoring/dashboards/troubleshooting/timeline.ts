import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { waterfall } from '../charts.ts';
import { amountOf, chosenOf, group, oneDeployment } from '../expressions.ts';
import { nothingYet, statusText } from '../mappings.ts';
import { organized, table } from '../table.ts';
import { thresholds } from '../thresholds.ts';
import { theOne } from './theOne.ts';

const run = `${oneDeployment}, service, stage`;
const stages = chosenOf('deployment_recent_stage_duration_seconds', theOne);
const succeeded = chosenOf('deployment_recent_stage_duration_seconds', theOne, 'status="success"');
const failed = chosenOf('deployment_recent_stage_duration_seconds', theOne, 'status="failure"');
const sameStage = 'deployment, environment, service, stage';
const usual = `histogram_quantile(0.95, ${amountOf(chosenOf('deployment_stage_duration_seconds_bucket'), `le, ${sameStage}`)})`;
const isSlow = `> on (${sameStage}) group_left () ${usual}`;

/** When each stage ran, and its duration compared with its usual one. */
export function timeline(): Builder<Panel>[] {
  return [ofStages(), besideUsual()];
}

function ofStages(): Builder<Panel> {
  const columns = [
    { field: 'stage', title: 'stage' },
    { field: 'Value #A', title: 'start' },
    { field: 'Value #B', title: 'success' },
    { field: 'Value #C', title: 'slow' },
    { field: 'Value #D', title: 'failed' },
  ];
  return waterfall({
    title: 'Stages of the deployment',
    description:
      'Time since the start of the deployment. Orange is slow: longer than 95 of 100 runs of this stage in the range, of the same service and environment. Failed stages have a table below. Single health attempts are not a metric: see the note.',
    span: 15,
    height: 10,
    queries: [
      {
        expr: `max by (${run}) (${chosenOf('deployment_recent_stage_start_timestamp_seconds', theOne)}) - on (${oneDeployment}) group_left () max by (${oneDeployment}) (${chosenOf('deployment_recent_start_timestamp_seconds', theOne)})`,
        kind: 'table',
      },
      ...[`${succeeded} unless (${succeeded} ${isSlow})`, `${succeeded} ${isSlow}`, failed].map((series) => ({
        expr: `max by (${run}) (${series})`,
        kind: 'table' as const,
      })),
    ],
    unit: 's',
    thresholds: thresholds.none,
    noValue: 'no stage of this deployment is known',
    transformations: [
      { id: 'merge', options: {} },
      organized(columns, []),
      { id: 'sortBy', options: { sort: [{ field: 'start', desc: false }] } },
    ],
    rowField: 'stage',
    offsetField: 'start',
    colors: { success: 'green', slow: 'orange', failed: 'red' },
  });
}

function besideUsual(): Builder<Panel> {
  return table({
    title: 'Stages compared with their usual time',
    description:
      'Duration of each finished stage, and the p95 of all its runs in the range. The precision is that of the histogram buckets.',
    span: 9,
    height: 10,
    queries: [
      { expr: `max by (${group}, service, stage, status) (${stages})`, kind: 'table' },
      {
        expr: `max by (${group}, service, stage) (${stages} * 0 + on (${sameStage}) group_left () ${usual})`,
        kind: 'table',
      },
    ],
    unit: 's',
    decimals: 2,
    thresholds: thresholds.none,
    noValue: 'no stage has finished',
    columns: [
      { field: 'stage', title: 'Stage' },
      { field: 'service', title: 'Service' },
      { field: 'status', title: 'Status', mappings: statusText, filled: true, width: 100 },
      { field: 'Value #A', title: 'Took', unit: 's', decimals: 2 },
      { field: 'Value #B', title: 'Usual p95', unit: 's', decimals: 2, mappings: nothingYet },
    ],
    without: ['instance', 'deployment', 'environment'],
    sortedBy: { title: 'Took', descending: true },
  });
}
