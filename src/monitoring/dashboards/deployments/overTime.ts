import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { lines } from '../charts.ts';
import { chosenOf, groupLegend } from '../expressions.ts';
import { thresholds } from '../thresholds.ts';

/** What deployments took, over time. */
export function overTime(): Builder<Panel>[] {
  return [cpu(), memory(), rollbacks(), duration()];
}

function cpu(): Builder<Panel> {
  return lines({
    title: 'CPU used by deployments',
    description:
      'CPU time of deployment scripts and their children, user and system; 100% is one core. It is counted when a deployment ends.',
    span: 6,
    height: 8,
    queries: [
      {
        expr: `rate(${chosenOf('deployment_cpu_usage_seconds')}[$__rate_interval]) * 100`,
        legend: groupLegend,
        kind: 'range',
      },
    ],
    unit: 'percent',
    thresholds: thresholds.good,
  });
}

function memory(): Builder<Panel> {
  return lines({
    title: 'Memory used by deployments',
    description: 'Peak resident memory of the newest deployment that was measured.',
    span: 6,
    height: 8,
    queries: [{ expr: chosenOf('deployment_memory_usage_bytes'), legend: groupLegend, kind: 'range' }],
    unit: 'bytes',
    thresholds: thresholds.good,
  });
}

function rollbacks(): Builder<Panel> {
  return lines({
    title: 'Rollbacks',
    description: 'Rollbacks of any reason and outcome in the chosen range before each moment.',
    span: 6,
    height: 8,
    queries: [
      {
        expr: `round(increase(${chosenOf('deployment_rollback_count')}[$__range]))`,
        legend: groupLegend,
        kind: 'range',
      },
    ],
    unit: 'short',
    decimals: 0,
    thresholds: thresholds.rollbacks,
  });
}

function duration(): Builder<Panel> {
  return lines({
    title: 'Duration',
    description:
      'How long the newest finished deployment took, start to end. The bare name of the histogram comes from a recording rule (rules/recording.yml).',
    span: 6,
    height: 8,
    queries: [{ expr: chosenOf('deployment_duration_seconds'), legend: groupLegend, kind: 'range' }],
    unit: 's',
    thresholds: thresholds.duration,
  });
}
