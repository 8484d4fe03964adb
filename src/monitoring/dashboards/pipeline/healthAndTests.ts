import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { chosenOf, countOf, shareAndCount } from '../expressions.ts';
import { asCount, gauge, stat } from '../figures.ts';
import { nothingYet } from '../mappings.ts';
import { table } from '../table.ts';
import { thresholds } from '../thresholds.ts';

/** Whether the deployed versions are healthy. */
export function healthAndTests(): Builder<Panel>[] {
  return [health(), smokeTests(), migration()];
}

function health(): Builder<Panel> {
  const [share, count] = shareAndCount({
    good: chosenOf('api_health_check_latency_ms_count', 'status="healthy"'),
    all: chosenOf('api_health_check_latency_ms_count'),
  });
  return stat({
    title: 'Health checks passed',
    description:
      'Ratio of passed health checks after deployments in the range. Red below 90% (alert), yellow from 95% (gate), green from 99% (SLO 3).',
    span: 6,
    height: 8,
    queries: [
      { expr: `100 * ${share}`, legend: 'passed', kind: 'instant' },
      { expr: count, legend: 'checks', kind: 'instant', as: asCount },
    ],
    unit: 'percent',
    decimals: 1,
    thresholds: thresholds.healthPercent,
    mappings: nothingYet,
    noValue: 'no health check yet',
  });
}

function smokeTests(): Builder<Panel> {
  const [share, count] = shareAndCount({
    good: chosenOf('smoke_test_total', 'status="success"'),
    all: chosenOf('smoke_test_total'),
    by: 'test_name',
  });
  return table({
    title: 'Smoke tests',
    description: 'Runs of each smoke test in the range. SLO 5: at least 99% pass.',
    span: 12,
    height: 8,
    queries: [
      { expr: count, kind: 'table' },
      { expr: countOf(chosenOf('smoke_test_total', 'status="failure"'), 'test_name'), kind: 'table' },
      { expr: share, kind: 'table' },
    ],
    unit: 'none',
    thresholds: thresholds.none,
    noValue: 'no smoke test yet',
    columns: [
      { field: 'test_name', title: 'Test' },
      { field: 'Value #A', title: 'Runs', unit: 'short', decimals: 0 },
      { field: 'Value #B', title: 'Failed', unit: 'short', decimals: 0, thresholds: thresholds.count },
      {
        field: 'Value #C',
        title: 'Pass rate',
        unit: 'percentunit',
        decimals: 1,
        thresholds: thresholds.smoke,
        mappings: nothingYet,
      },
    ],
    sortedBy: { title: 'Failed', descending: true },
  });
}

function migration(): Builder<Panel> {
  return gauge({
    title: 'Migration, last run',
    description:
      'The longest of the last migrations of all selected groups. Yellow from 120 s, red from 300 s.',
    span: 6,
    height: 8,
    queries: [
      {
        expr: `max(${chosenOf('deployment_stage_duration_seconds', 'stage="migration"')})`,
        kind: 'instant',
      },
    ],
    unit: 's',
    decimals: 1,
    min: 0,
    max: 400,
    thresholds: thresholds.migration,
    noValue: 'no migration yet, or recording.yml is not loaded',
  });
}
