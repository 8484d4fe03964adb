import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { chosenOf, countOf, oneDeployment, withPage, withRecent } from '../expressions.ts';
import { bars } from '../figures.ts';
import { addressColumns, table } from '../table.ts';
import { thresholds } from '../thresholds.ts';
import { theOne } from './theOne.ts';

const failures = chosenOf('deployment_stage_failures_total');
const failed = chosenOf('deployment_recent_stage_duration_seconds', theOne, 'status="failure"');

/** Failed stages by type and service, and alerts at the same time. */
export function errors(): Builder<Panel>[] {
  return [failedStages(), byType(), byService(), alerts()];
}

function failedStages(): Builder<Panel> {
  return table({
    title: 'Failed stages of the deployment',
    description: 'Stages that failed in it. On the host, `deploytrack show <id>` has the error message.',
    span: 7,
    height: 8,
    queries: [
      {
        expr: `max by (${oneDeployment}, service, stage, url, page) (${withPage(withRecent({ series: failed, labels: 'url' }))})`,
        kind: 'table',
      },
    ],
    unit: 's',
    decimals: 2,
    thresholds: thresholds.none,
    noValue: 'no stage failed',
    columns: [
      { field: 'stage', title: 'Stage' },
      { field: 'service', title: 'Service' },
      { field: 'Value', title: 'Failed after', unit: 's', decimals: 2 },
      ...addressColumns,
    ],
    without: ['instance', 'deployment', 'environment', 'deployment_id'],
  });
}

function byType(): Builder<Panel> {
  return bars({
    title: 'Failures by type of error',
    description: 'Failed stages of all selected deployments in the range.',
    span: 5,
    height: 8,
    queries: [{ expr: countOf(failures, 'error_type'), legend: '{{error_type}}', kind: 'instant' }],
    unit: 'short',
    decimals: 0,
    thresholds: thresholds.count,
    noValue: 'no stage was run yet',
  });
}

function byService(): Builder<Panel> {
  return bars({
    title: 'Failures by service',
    description: 'Failed stages of all selected deployments in the range, by their service.',
    span: 5,
    height: 8,
    queries: [{ expr: countOf(failures, 'service'), legend: '{{service}}', kind: 'instant' }],
    unit: 'short',
    decimals: 0,
    thresholds: thresholds.count,
    noValue: 'no stage was run yet',
  });
}

function alerts(): Builder<Panel> {
  return table({
    title: 'Alerts that fired',
    description:
      'Alerts in the range for the selected deployments or for all together, to find other incidents at the same time.',
    span: 7,
    height: 8,
    queries: [
      {
        expr: 'max by (alertname, severity, deployment, environment) (max_over_time(ALERTS{alertstate="firing",drill="",deployment=~"($deployment)?",environment=~"($environment)?",instance=~"($instance)?"}[$__range]))',
        kind: 'table',
      },
    ],
    unit: 'none',
    thresholds: thresholds.none,
    noValue: 'no alert fired',
    columns: [
      { field: 'alertname', title: 'Alert' },
      { field: 'severity', title: 'Severity', width: 80 },
      { field: 'deployment', title: 'Deployment' },
      { field: 'environment', title: 'Environment' },
    ],
    without: ['Value'],
  });
}
