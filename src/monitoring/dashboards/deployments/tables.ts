import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { chosenOf } from '../expressions.ts';
import { checkNumber } from '../mappings.ts';
import { table } from '../table.ts';
import { thresholds } from '../thresholds.ts';

/** Health by type of check, and the versions before. */
export function details(): Builder<Panel>[] {
  return [healthChecks(), versions()];
}

function healthChecks(): Builder<Panel> {
  return table({
    title: 'Health checks',
    description: 'The latest result of each type of health check.',
    span: 10,
    height: 7,
    queries: [{ expr: chosenOf('deployment_health_check'), kind: 'table' }],
    unit: 'none',
    thresholds: thresholds.none,
    noValue: 'no health check yet',
    columns: [
      { field: 'deployment', title: 'Deployment' },
      { field: 'environment', title: 'Environment' },
      { field: 'instance', title: 'Host' },
      { field: 'check_type', title: 'Check' },
      { field: 'Value', title: 'Result', mappings: checkNumber, filled: true, width: 100 },
    ],
  });
}

function versions(): Builder<Panel> {
  return table({
    title: 'Versions and commits',
    description: 'The last ten versions of each group with their commits.',
    span: 14,
    height: 7,
    queries: [{ expr: chosenOf('deployment_version_info'), kind: 'table' }],
    unit: 'none',
    thresholds: thresholds.none,
    noValue: 'no deployment yet',
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
