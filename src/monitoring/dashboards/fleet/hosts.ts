import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { chosenOf } from '../expressions.ts';
import { table } from '../table.ts';
import { thresholds } from '../thresholds.ts';

/** Systems of the hosts, and the time of their last push. */
export function hosts(): Builder<Panel>[] {
  return [
    table({
      title: 'Operating system and runtime by host',
      description:
        'Recorded by the newest deployment of each group. A host whose last push is older than 30 days raises an alert.',
      span: 24,
      height: 8,
      queries: [
        {
          expr: `max by (instance, os_version, runtime_version) (${chosenOf('deployment_host_info')})`,
          kind: 'table',
        },
        { expr: `max by (instance, version) (${chosenOf('deploytrack_build_info')})`, kind: 'table' },
        { expr: `time() - max by (instance) (${chosenOf('push_time_seconds')})`, kind: 'table' },
      ],
      unit: 'none',
      thresholds: thresholds.none,
      noValue: 'no host yet',
      columns: [
        { field: 'instance', title: 'Host' },
        { field: 'os_version', title: 'Operating system' },
        { field: 'runtime_version', title: 'Runtime' },
        { field: 'version', title: 'deploytrack' },
        { field: 'Value #C', title: 'Last push', unit: 's', decimals: 1, thresholds: thresholds.silent },
      ],
      without: ['Value #A', 'Value #B'],
      sortedBy: { title: 'Host', descending: false },
    }),
  ];
}
