import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { chosenOf, group, newest, oneDeployment, withPage } from '../expressions.ts';
import { healthNumber, rolledBack, statusText } from '../mappings.ts';
import { addressColumns, table } from '../table.ts';
import { thresholds } from '../thresholds.ts';

const inServiceSince = chosenOf('deployment_timestamp');

/** One row for each group: what runs there since when, whether it is healthy, and how its newest deployment went. */
export function inService(): Builder<Panel> {
  return table({
    title: 'In service',
    description:
      'Version in service, its health, and the newest deployment of each host, deployment and environment. A newest deployment that was rolled back has the status failed. The ID links to the dashboard Troubleshooting.',
    span: 24,
    height: 11,
    queries: [
      `max by (${group}, version, status) (${chosenOf('deployment_info')})`,
      `max by (${oneDeployment}, rolled_back, url, page) (${withPage(`(${newest})`)})`,
      `max by (${group}) (${chosenOf('deployment_health_status')})`,
      `max by (${group}) (time() - ${inServiceSince})`,
      `max by (${group}, version, commit_sha) (${chosenOf('deployment_version_info')} and on (${group}, version) ${inServiceSince})`,
      `max by (${group}) (${chosenOf('deployment_last_duration_seconds')})`,
    ].map((expr) => ({ expr, kind: 'table' })),
    unit: 'none',
    thresholds: thresholds.none,
    noValue: 'no deployment yet',
    columns: [
      { field: 'deployment', title: 'Deployment' },
      { field: 'environment', title: 'Environment' },
      { field: 'instance', title: 'Host' },
      { field: 'version', title: 'Version' },
      { field: 'Value #C', title: 'Health', mappings: healthNumber, filled: true, width: 100 },
      { field: 'Value #D', title: 'In service for', unit: 's', decimals: 1, width: 120 },
      { field: 'commit_sha', title: 'Commit', width: 100 },
      { field: 'status', title: 'Newest deployment', mappings: statusText, filled: true, width: 150 },
      { field: 'rolled_back', title: 'Rollback', mappings: rolledBack, filled: true, width: 100 },
      { field: 'Value #F', title: 'Took', unit: 's', decimals: 1, thresholds: thresholds.duration },
      { field: 'deployment_id', title: 'ID', link: 'deployment', width: 230 },
      ...addressColumns,
    ],
    without: ['Value #A', 'Value #B', 'Value #E'],
    sortedBy: { title: 'Deployment', descending: false },
  });
}
