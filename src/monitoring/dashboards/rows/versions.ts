import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { healthNumber, statusColumn } from '../mappings.ts';
import { type Column, table } from '../table.ts';
import { thresholds } from '../thresholds.ts';
import { inService } from './select.ts';

/** What is in service, from one row per host, however old the fleet is. */
export function versions(): Builder<Panel>[] {
  return [matrix(), byVersion(), byHost()];
}

function matrix(): Builder<Panel> {
  return table({
    title: 'Version matrix',
    description: 'The version of each deployment that is in service on each host.',
    span: 14,
    height: 9,
    queries: [
      {
        sql: `WITH ${inService.hosts}
SELECT instance, deployment || ' (' || environment || ')' AS deployment, version
FROM hosts
WHERE instance IN ($instance) AND version IS NOT NULL
ORDER BY instance, hosts.deployment, environment`,
        kind: 'table',
      },
    ],
    unit: 'none',
    thresholds: thresholds.none,
    noValue: 'no version in service yet',
    columns: [],
    matrix: {
      id: 'groupingToMatrix',
      options: { rowField: 'instance', columnField: 'deployment', valueField: 'version' },
    },
  });
}

function byVersion(): Builder<Panel> {
  return table({
    title: 'Hosts by version',
    description:
      'How many of the selected hosts have each version in service, and how many newer ones other hosts run.',
    span: 10,
    height: 9,
    queries: [
      {
        sql: `WITH ${inService.hosts},
${inService.versions}
SELECT deployment, environment, version, count(*) AS on_hosts, first_since, behind
FROM hosts JOIN versions USING (deployment, environment, version)
WHERE instance IN ($instance)
GROUP BY deployment, environment, version, first_since, behind
ORDER BY deployment, environment, behind, version`,
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
      { field: 'on_hosts', title: 'Hosts', unit: 'short', decimals: 0 },
      { field: 'first_since', title: 'First in service', unit: 'dateTimeAsIso', width: 170 },
      { field: 'behind', title: 'Behind', unit: 'short', decimals: 0, thresholds: thresholds.count },
    ],
  });
}

function byHost(): Builder<Panel> {
  return table({
    title: 'Versions by host',
    description:
      'Version in service, how many newer versions other hosts run, the newest deployment, and when the host last sent rows.',
    span: 24,
    height: 9,
    queries: [{ sql: hostsSql, kind: 'table' }],
    unit: 'none',
    thresholds: thresholds.none,
    noValue: 'no host yet',
    columns: hostsColumns,
  });
}

const hostsSql = `WITH ${inService.hosts},
${inService.versions}
SELECT instance, deployment, environment, version, behind, since, last_status, last_version, last_started_at, healthy,
  received_at, last_deployment_id
FROM hosts LEFT JOIN versions USING (deployment, environment, version)
WHERE instance IN ($instance)
ORDER BY coalesce(behind, -1) DESC, instance, deployment, environment`;

const hostsColumns: readonly Column[] = [
  { field: 'instance', title: 'Host' },
  { field: 'deployment', title: 'Deployment' },
  { field: 'environment', title: 'Environment' },
  { field: 'version', title: 'Version' },
  { field: 'behind', title: 'Behind', unit: 'short', decimals: 0, thresholds: thresholds.count },
  { field: 'since', title: 'In service since', unit: 'dateTimeAsIso', width: 170 },
  {
    field: 'last_status',
    title: 'Newest deployment',
    mappings: statusColumn,
    filled: true,
    width: 150,
  },
  { field: 'last_version', title: 'Its version' },
  { field: 'last_started_at', title: 'Its start', unit: 'dateTimeAsIso', width: 170 },
  { field: 'healthy', title: 'Health', mappings: healthNumber, filled: true, width: 100 },
  { field: 'received_at', title: 'Rows received', unit: 'dateTimeAsIso', width: 170 },
  { field: 'last_deployment_id', title: 'ID', link: 'deploymentOfStore', width: 230 },
];
