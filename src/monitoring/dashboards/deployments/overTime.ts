import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { lines } from '../charts.ts';
import { chosenOf, groupLegend } from '../expressions.ts';
import { thresholds } from '../thresholds.ts';

/** Durations and rollbacks over time. */
export function overTime(): Builder<Panel>[] {
  return [duration(), rollbacks()];
}

/** What deployment scripts use. */
export function resources(): Builder<Panel>[] {
  return [cpu(), memory()];
}

function cpu(): Builder<Panel> {
  return lines({
    title: 'CPU used by deployments',
    description:
      'CPU time (user and system) of deployment scripts and their children; 100% is one core. It is counted at the end of a deployment.',
    span: 12,
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
    noValue: 'no deployment was measured yet',
  });
}

function memory(): Builder<Panel> {
  return lines({
    title: 'Memory used by deployments',
    description: 'Peak resident memory of the latest measured deployment.',
    span: 12,
    height: 8,
    queries: [{ expr: chosenOf('deployment_memory_usage_bytes'), legend: groupLegend, kind: 'range' }],
    unit: 'bytes',
    thresholds: thresholds.good,
    noValue: 'no deployment was measured yet',
  });
}

function rollbacks(): Builder<Panel> {
  return lines({
    title: 'Rollbacks',
    description: 'All rollbacks, successful or not. Each point covers the selected range before it.',
    span: 12,
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
    noValue: 'no deployment yet',
  });
}

function duration(): Builder<Panel> {
  return lines({
    title: 'Duration',
    description:
      'Duration of the newest finished deployment, from start to end. A recording rule provides this name (rules/recording.yml).',
    span: 12,
    height: 8,
    queries: [{ expr: chosenOf('deployment_duration_seconds'), legend: groupLegend, kind: 'range' }],
    unit: 's',
    thresholds: thresholds.duration,
    noValue: 'no deployment yet, or recording.yml is not loaded',
  });
}
