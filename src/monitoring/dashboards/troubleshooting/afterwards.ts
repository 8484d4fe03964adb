import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { points } from '../charts.ts';
import { chosenOf } from '../expressions.ts';
import { bars } from '../figures.ts';
import { note } from '../note.ts';
import { thresholds } from '../thresholds.ts';

/** Health and errors of the service after deployments, as far as deployments measure them. */
export function afterwards(): Builder<Panel>[] {
  return [latency(), errorRate(), elsewhere()];
}

function latency(): Builder<Panel> {
  return points({
    title: 'Latency of health checks',
    description:
      'Median, p95 and p99 of the health checks after deployments; a check without a response counts as 5000 ms. There are no checks between two deployments.',
    span: 9,
    height: 9,
    queries: [0.5, 0.95, 0.99].map((q) => ({
      expr: `histogram_quantile(${q}, sum by (le) (rate(${chosenOf('api_health_check_latency_ms_bucket')}[$__rate_interval])))`,
      legend: `p${100 * q}`,
      kind: 'range',
    })),
    unit: 'ms',
    thresholds: thresholds.latency,
    noValue: 'no health check in the range',
  });
}

function errorRate(): Builder<Panel> {
  return bars({
    title: 'Error rate after the newest deployment',
    description:
      'In its first minutes, from `health --watch` or `error-rate`, compared with the average over the range. More than 5% raise an alert.',
    span: 6,
    height: 9,
    queries: [
      {
        expr: chosenOf('post_deployment_error_rate'),
        legend: '{{service}} {{environment}} {{instance}}, newest',
        kind: 'instant',
      },
      {
        expr: `avg by (service, environment) (avg_over_time(${chosenOf('post_deployment_error_rate')}[$__range]))`,
        legend: '{{service}} {{environment}}, usual',
        kind: 'instant',
      },
    ],
    unit: 'percentunit',
    decimals: 1,
    thresholds: thresholds.errorRate,
    noValue: 'no error rate was recorded',
  });
}

function elsewhere(): Builder<Panel> {
  return note({
    title: 'What is not here',
    description: 'Data that is often asked for and that deployments cannot measure.',
    span: 9,
    height: 9,
    markdown: [
      '**Application metrics**: latency of requests, slow queries, calls to other services. The exporters of the application have them.',
      '',
      '**Logs**: stack traces and the output of a stage. The CI run has them (the first table links to it), or Loki.',
      '',
      '**How to join them**: by time (the blue lines are deployments), and by `deployment_id` if the application writes it into its logs. `DEPLOYTRACK_ID` is in the environment of every step.',
      '',
      '**Single health attempts** are rows of the ledger, not series: `deploytrack show <id>` lists them, and the web UI of `deploytrack serve` shows them as dots.',
    ],
  });
}
