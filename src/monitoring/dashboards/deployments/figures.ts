import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { chosenOf } from '../expressions.ts';
import { bars, stat } from '../figures.ts';
import { statusBars } from '../mappings.ts';
import { successRate } from '../successRate.ts';
import { thresholds } from '../thresholds.ts';

/** What to look at first. */
export function figures(): Builder<Panel>[] {
  return [lastWeek(), running(), unhealthy(), byStatus()];
}

function lastWeek(): Builder<Panel> {
  return successRate({
    title: 'Success rate, 7 days',
    description:
      'Ratio of successful deployments to all that finished in the last seven days; the selected range has no effect. Green from 95%, yellow from 90%.',
    span: 8,
    height: 5,
    timeFrom: '7d',
  });
}

function running(): Builder<Panel> {
  return stat({
    title: 'Running now',
    description: 'Deployments in progress.',
    span: 4,
    height: 5,
    queries: [{ expr: `sum(${chosenOf('deployment_in_progress')}) or vector(0)`, kind: 'instant' }],
    unit: 'short',
    decimals: 0,
    thresholds: thresholds.running,
    noValue: 'no deployment yet',
  });
}

function unhealthy(): Builder<Panel> {
  return stat({
    title: 'Not healthy',
    description: 'Groups (host, deployment, environment) whose latest health verification failed.',
    span: 4,
    height: 5,
    queries: [{ expr: `count(${chosenOf('deployment_health_status')} == 0) or vector(0)`, kind: 'instant' }],
    unit: 'short',
    decimals: 0,
    thresholds: thresholds.count,
    noValue: 'no deployment yet',
  });
}

function byStatus(): Builder<Panel> {
  return bars({
    title: 'Newest deployments by status',
    description: 'The newest deployment of each group. One that was rolled back is shown as failed.',
    span: 8,
    height: 5,
    queries: [
      { expr: `count by (status) (${chosenOf('deployment_status')})`, legend: '{{status}}', kind: 'instant' },
    ],
    unit: 'short',
    decimals: 0,
    thresholds: thresholds.calm,
    looks: statusBars,
    noValue: 'no deployment yet',
  });
}
