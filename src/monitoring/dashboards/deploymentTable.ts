import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { chosenOf, oneDeployment, withPage } from './expressions.ts';
import { rolledBack, statusText } from './mappings.ts';
import { addressColumns, table } from './table.ts';
import { thresholds } from './thresholds.ts';

export interface DeploymentTableSpec {
  readonly title: string;
  readonly description: string;
  readonly span: number;
  readonly height: number;
  /** Selects from the last ten: more matchers, and a condition after `and`. */
  readonly matchers?: readonly string[];
  readonly condition?: string;
}

/** The last ten deployments of each group, newest first; the ID links to the dashboard Troubleshooting. */
export function deploymentTable({ matchers = [], condition, ...spec }: DeploymentTableSpec): Builder<Panel> {
  const queries = queriesOf((metric) => {
    const series = chosenOf(metric, ...matchers);
    return condition === undefined ? series : `(${series} and ${condition})`;
  });
  return table({
    ...spec,
    queries: queries.map((expr) => ({ expr, kind: 'table' })),
    unit: 'none',
    noValue: 'no deployment yet',
    thresholds: thresholds.none,
    columns: [
      { field: 'Value #B', title: 'Started', unit: 'dateTimeAsIso', width: 170 },
      { field: 'status', title: 'Status', mappings: statusText, filled: true, width: 100 },
      { field: 'rolled_back', title: 'Rollback', mappings: rolledBack, filled: true, width: 100 },
      { field: 'deployment', title: 'Deployment' },
      { field: 'environment', title: 'Environment' },
      { field: 'instance', title: 'Host' },
      { field: 'version', title: 'Version' },
      { field: 'Value #C', title: 'Took', unit: 's', decimals: 1, thresholds: thresholds.duration },
      { field: 'Value #D', title: 'Stages', unit: 'short', decimals: 0 },
      { field: 'method', title: 'Method' },
      { field: 'Value #E', title: 'Cost', unit: 'currencyUSD', decimals: 2 },
      { field: 'deployment_id', title: 'ID', link: 'deployment', width: 230 },
      ...addressColumns,
    ],
    without: ['Value #A'],
    sortedBy: { title: 'Started', descending: true },
  });
}

/** Labels, start in milliseconds, duration, number of finished stages, cost. */
function queriesOf(series: (metric: string) => string): string[] {
  return [
    `max by (${oneDeployment}, version, status, method, rolled_back, url, page) (${withPage(series('deployment_recent_info'))})`,
    `1000 * max by (${oneDeployment}) (${series('deployment_recent_start_timestamp_seconds')})`,
    `max by (${oneDeployment}) (${series('deployment_recent_duration_seconds')})`,
    `count by (${oneDeployment}) (${series('deployment_recent_stage_duration_seconds')})`,
    `sum by (${oneDeployment}) (${series('deployment_infrastructure_cost')})`,
  ];
}
