import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { chosenOf, newestDeployment, oneDeployment } from '../expressions.ts';
import { checkNumber, statusText } from '../mappings.ts';
import { table } from '../table.ts';
import { thresholds } from '../thresholds.ts';

/** The three tables of labels. */
export function tables(): Builder<Panel>[] {
  return [groups(), healthChecks(), versions()];
}

function groups(): Builder<Panel> {
  return table({
    title: 'Deployments by group',
    description:
      'Version in service and status of the newest deployment. The ID links to its CI run if `--url` was given or the CI is known.',
    span: 10,
    height: 7,
    queries: [
      { expr: chosenOf('deployment_info'), kind: 'table' },
      {
        expr: `max by (${oneDeployment}, url) (${chosenOf('deployment_recent_info')} and on (${oneDeployment}) ${newestDeployment})`,
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
      { field: 'status', title: 'Status', mappings: statusText },
      { field: 'deployment_id', title: 'Newest deployment', toRun: true, width: 210 },
      { field: 'url', title: 'url', hidden: true },
    ],
    without: ['Value #A', 'Value #B'],
  });
}

function healthChecks(): Builder<Panel> {
  return table({
    title: 'Health checks',
    description: 'The latest result of each type of health check.',
    span: 6,
    height: 7,
    queries: [{ expr: chosenOf('deployment_health_check'), kind: 'table' }],
    unit: 'none',
    thresholds: thresholds.none,
    columns: [
      { field: 'deployment', title: 'Deployment' },
      { field: 'environment', title: 'Environment' },
      { field: 'instance', title: 'Host' },
      { field: 'check_type', title: 'Check' },
      { field: 'Value', title: 'Result', mappings: checkNumber },
    ],
  });
}

function versions(): Builder<Panel> {
  return table({
    title: 'Versions and commits',
    description: 'The last ten versions of each group with their commits.',
    span: 8,
    height: 7,
    queries: [{ expr: chosenOf('deployment_version_info'), kind: 'table' }],
    unit: 'none',
    thresholds: thresholds.none,
    columns: [
      { field: 'deployment', title: 'Deployment' },
      { field: 'environment', title: 'Environment' },
      { field: 'instance', title: 'Host' },
      { field: 'version', title: 'Version' },
      { field: 'commit_sha', title: 'Commit' },
    ],
    without: ['Value'],
    sortedBy: { title: 'Version', descending: true },
  });
}
