import type { Builder } from '@grafana/grafana-foundation-sdk/cog';
import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { points } from '../charts.ts';
import { chosenOf } from '../expressions.ts';
import { bars } from '../figures.ts';
import { note } from '../note.ts';
import { thresholds } from '../thresholds.ts';

/** How the service did afterwards, as far as deployments measure it. */
export function afterwards(): Builder<Panel>[] {
  return [latency(), errorRate(), elsewhere()];
}

function latency(): Builder<Panel> {
  return points({
    title: 'Latency of health checks',
    description:
      'Median, p95 and p99 of the health checks after deployments; without an answer they count as 5000 ms. Nothing between two deployments: nobody asks then.',
    span: 9,
    height: 9,
    queries: [0.5, 0.95, 0.99].map((q) => ({
      expr: `histogram_quantile(${q}, sum by (le) (rate(${chosenOf('api_health_check_latency_ms_bucket')}[$__rate_interval])))`,
      legend: `p${100 * q}`,
      kind: 'range',
    })),
    unit: 'ms',
    thresholds: thresholds.latency,
  });
}

function errorRate(): Builder<Panel> {
  return bars({
    title: 'Error rate after the newest deployment',
    description:
      'In its first minutes, by `health --watch` or `error-rate`, beside the average over the range. Above 5% is an alert.',
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
    description: 'Panels that people ask for and that deployments cannot measure.',
    span: 9,
    height: 9,
    markdown: [
      '**Application metrics**: latency of requests, slow queries, calls to other services. Their own exporters have them.',
      '',
      '**Logs**: stack traces, and what a stage printed. The CI run has them (the deployment id and every bar above lead there), or Loki.',
      '',
      '**Joining them**: by time (the blue lines are deployments), and by `deployment_id` where the application puts it into its logs: `DEPLOYTRACK_ID` is in the environment of every step.',
      '',
      '**Single health attempts** are rows of the ledger, no series: `deploytrack show <id>` lists them, and they will be dots on the page of `deploytrack serve` in a later version.',
    ],
  });
}
