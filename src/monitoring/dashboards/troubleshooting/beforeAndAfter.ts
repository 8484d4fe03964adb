import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { stateTimeline } from '../charts.ts';
import { deploymentTable } from '../deploymentTable.ts';
import { chosenOf, group, withRecent } from '../expressions.ts';
import { inService } from '../mappings.ts';
import { table } from '../table.ts';
import { thresholds } from '../thresholds.ts';
import { theOneInfo } from './theOne.ts';

/** The old version and the new one, to compare them after a rollback. */
export function beforeAndAfter(): Builder<Panel>[] {
  return [versions(), byVersion(), neighbours()];
}

function versions(): Builder<Panel> {
  return stateTimeline({
    title: 'Version in service',
    description:
      'Versions in service over time, on the hosts of this deployment. After a rollback the line of the old version continues.',
    span: 12,
    height: 9,
    queries: [
      {
        // @ end(), because the deployment does not exist before its start.
        expr: `count by (${group}, version) (${chosenOf('deployment_timestamp')} and on (${group}) ${theOneInfo} @ end())`,
        legend: '{{version}} on {{instance}}',
        kind: 'range',
      },
    ],
    unit: 'none',
    thresholds: thresholds.good,
    noValue: 'no version in service yet',
    mappings: inService,
  });
}

function byVersion(): Builder<Panel> {
  const stages = withRecent({
    series: chosenOf('deployment_recent_stage_duration_seconds', 'status="success"'),
    labels: 'version',
  });
  return table({
    title: 'Stages by version',
    description:
      'Average duration of successful stages among the last ten deployments: for the version of this deployment and for the one in service now. There is one column if both are the same.',
    span: 12,
    height: 9,
    queries: [
      {
        expr: `avg by (stage, version) (${stages} and on (${group}, version) (${theOneInfo} or ${chosenOf('deployment_timestamp')}) and on (${group}) ${theOneInfo})`,
        kind: 'table',
      },
    ],
    unit: 's',
    decimals: 2,
    thresholds: thresholds.none,
    noValue: 'no stage succeeded',
    columns: [],
    matrix: {
      id: 'groupingToMatrix',
      options: { rowField: 'stage', columnField: 'version', valueField: 'Value' },
    },
  });
}

function neighbours(): Builder<Panel> {
  return deploymentTable({
    title: 'Deployments before and after it',
    description: 'The last ten of the same host, deployment and environment.',
    span: 24,
    height: 9,
    condition: `on (${group}) ${theOneInfo}`,
  });
}
