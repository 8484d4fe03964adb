import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { chosenOf, group, newest, oneDeployment, withPage } from '../expressions.ts';
import { stat } from '../figures.ts';
import { healthNumber, statusText } from '../mappings.ts';
import { addressColumns, table } from '../table.ts';
import { thresholds } from '../thresholds.ts';
import { behindSeconds, isBehind } from './behind.ts';

/** The version of each host, and how far it is behind the others. */
export function versions(): Builder<Panel>[] {
  return [hostCount(), behindCount(), hostsByVersion(), hostVersions()];
}

function hostCount(): Builder<Panel> {
  return stat({
    title: 'Hosts',
    description: 'Hosts that have pushed a group of the selected deployments.',
    span: 5,
    height: 6,
    queries: [{ expr: `count(count by (instance) (${chosenOf('deployment_status')}))`, kind: 'instant' }],
    unit: 'short',
    decimals: 0,
    thresholds: thresholds.calm,
    noValue: 'no host yet',
  });
}

function behindCount(): Builder<Panel> {
  return stat({
    title: 'Hosts behind',
    description: 'Hosts that do not run the newest version of the same deployment and environment.',
    span: 5,
    height: 6,
    queries: [{ expr: `count(count by (instance) (${isBehind} == 1)) or vector(0)`, kind: 'instant' }],
    unit: 'short',
    decimals: 0,
    thresholds: thresholds.count,
    noValue: 'no host yet',
  });
}

function hostsByVersion(): Builder<Panel> {
  return table({
    title: 'Hosts by version',
    description: 'How many hosts have each version in service.',
    span: 14,
    height: 6,
    queries: [
      {
        expr: `count by (deployment, environment, version) (${chosenOf('deployment_timestamp')})`,
        kind: 'table',
      },
    ],
    unit: 'none',
    thresholds: thresholds.none,
    noValue: 'no version in service yet',
    columns: [
      { field: 'deployment', title: 'Deployment' },
      { field: 'environment', title: 'Environment' },
      { field: 'version', title: 'Version' },
      { field: 'Value', title: 'Hosts', unit: 'short', decimals: 0 },
    ],
    sortedBy: { title: 'Hosts', descending: true },
  });
}

function hostVersions(): Builder<Panel> {
  return table({
    title: 'Versions by host',
    description:
      'Behind is how long a newer version has been in service on another host; 0 if the host runs the newest. Versions without an order (SHA, tag) are compared with the one that was put in service last.',
    span: 24,
    height: 9,
    queries: [
      { expr: `max by (${group}, version, status) (${chosenOf('deployment_info')})`, kind: 'table' },
      { expr: `max by (${group}) (${behindSeconds})`, kind: 'table' },
      { expr: `time() - max by (${group}) (${chosenOf('deployment_timestamp')})`, kind: 'table' },
      { expr: `max by (${group}) (${chosenOf('deployment_health_status')})`, kind: 'table' },
      { expr: `max by (${oneDeployment}, page, url) (${withPage(`(${newest})`)})`, kind: 'table' },
    ],
    unit: 'none',
    thresholds: thresholds.none,
    noValue: 'no host yet',
    columns: [
      { field: 'instance', title: 'Host' },
      { field: 'deployment', title: 'Deployment' },
      { field: 'environment', title: 'Environment' },
      { field: 'version', title: 'Version' },
      { field: 'Value #B', title: 'Behind', unit: 's', decimals: 1, thresholds: thresholds.behind },
      { field: 'Value #C', title: 'In service for', unit: 's', decimals: 1 },
      { field: 'status', title: 'Newest deployment', mappings: statusText, filled: true, width: 150 },
      { field: 'Value #D', title: 'Health', mappings: healthNumber, filled: true, width: 100 },
      { field: 'deployment_id', title: 'ID', link: 'deployment', width: 230 },
      ...addressColumns,
    ],
    without: ['Value #A', 'Value #E'],
    sortedBy: { title: 'Behind', descending: true },
  });
}
