import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { chosenOf, groupLegend } from '../expressions.ts';
import { stat } from '../figures.ts';
import { healthNumber, statusNumber } from '../mappings.ts';
import { table } from '../table.ts';
import { thresholds } from '../thresholds.ts';

/** The four current values. */
export function indicators(): Builder<Panel>[] {
  return [status(), version(), inServiceFor(), health()];
}

function status(): Builder<Panel> {
  return stat({
    title: 'Status',
    description:
      'The newest deployment of each group: failed, success (also with a warning) or in progress. One that was rolled back is shown as failed.',
    span: 6,
    height: 7,
    queries: [{ expr: chosenOf('deployment_status'), legend: groupLegend, kind: 'instant' }],
    unit: 'none',
    thresholds: thresholds.binary,
    mappings: statusNumber,
    colored: 'background',
  });
}

function version(): Builder<Panel> {
  return table({
    title: 'Version in service',
    description:
      'The version in service, as text and as a number: major*1e8 + minor*1e4 + patch, minus 0.5 for a pre-release; negative for a SHA or tag, which has no order; 0 before the first deployment.',
    span: 8,
    height: 7,
    queries: [
      { expr: chosenOf('deployment_version'), kind: 'table' },
      {
        expr: `max by (instance, deployment, environment, version) (${chosenOf('deployment_timestamp')})`,
        kind: 'table',
      },
    ],
    unit: 'none',
    thresholds: thresholds.none,
    columns: [
      { field: 'deployment', title: 'Deployment' },
      { field: 'environment', title: 'Environment' },
      { field: 'instance', title: 'Host' },
      { field: 'version', title: 'Version' },
      { field: 'Value #A', title: 'As number', unit: 'none', width: 110 },
    ],
    without: ['Value #B'],
  });
}

function inServiceFor(): Builder<Panel> {
  return stat({
    title: 'In service for',
    description:
      'Time since the version was put in service by a deployment or a rollback. It compares the clock of the host with that of Prometheus.',
    span: 5,
    height: 7,
    queries: [{ expr: `time() - ${chosenOf('deployment_timestamp')}`, legend: groupLegend, kind: 'instant' }],
    unit: 's',
    decimals: 1,
    thresholds: thresholds.calm,
  });
}

function health(): Builder<Panel> {
  return stat({
    title: 'Health',
    description: 'The latest health verification of each group. Absent before the first one.',
    span: 5,
    height: 7,
    queries: [{ expr: chosenOf('deployment_health_status'), legend: groupLegend, kind: 'instant' }],
    unit: 'none',
    thresholds: thresholds.binary,
    mappings: healthNumber,
    colored: 'background',
  });
}
