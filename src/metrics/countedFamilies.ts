import { buckets } from '../buckets.ts';
import { closed, counter, declared, type Family, histogram } from './family.ts';
import { outcome, resource, service, stage } from './labels.ts';

/** The counted families: cumulative totals that the ledger stores and that never fall. */
export const countedFamilies: readonly Family[] = [
  counter('deployment_total', {
    help: 'Deployments that reached a terminal state, by outcome.',
    labels: [outcome],
    series: [2, 2],
    source: 'deployment_metrics by deployment_status (success and warning: success; failed: failure)',
  }),
  histogram('time_to_deploy_seconds', {
    help: 'Seconds from the triggering push (or the deployment start) to stabilisation, successful deployments only.',
    unit: 'seconds',
    buckets: buckets.time_to_deploy_seconds,
    series: [17, 17],
    source: 'deployment_metrics.time_to_deploy',
  }),
  histogram('deployment_stage_duration_seconds', {
    help: 'Duration of finished deployment stages.',
    labels: [service, stage],
    unit: 'seconds',
    buckets: buckets.deployment_stage_duration_seconds,
    series: [64, 720],
    source: 'deployment_stages.duration_seconds',
  }),
  counter('deployment_stage_failures_total', {
    help: 'Failed deployment stages by error type.',
    labels: [service, stage, closed('error_type', ['exit_code', 'timeout', 'canceled', 'other'])],
    series: [16, 180],
    source: "deployment_stages with status = 'failed'",
  }),
  histogram('api_health_check_latency_ms', {
    help: 'Latency of post-deployment health checks in milliseconds.',
    labels: [closed('status', ['healthy', 'unhealthy'])],
    unit: 'milliseconds',
    buckets: buckets.api_health_check_latency_ms,
    series: [26, 26],
    source: 'health_checks.latency_seconds by status',
  }),
  counter('migration_total', {
    help: 'Database migrations by outcome.',
    labels: [outcome],
    series: [2, 2],
    source: 'migrations: sum of migration_count for success, rows for failure',
  }),
  counter('smoke_test_total', {
    help: 'Smoke test runs by test and outcome.',
    labels: [declared('test_name', { of: 'tests', cap: 50 }), outcome],
    series: [6, 100],
    source: 'smoke_tests',
  }),
  counter('deployment_rollback_total', {
    help: 'Rollbacks by reason and outcome.',
    labels: [
      closed('reason', ['health_check_failed', 'test_failed', 'error_rate', 'manual', 'other']),
      outcome,
    ],
    series: [10, 10],
    source: 'rollbacks',
  }),
  counter('deployment_infrastructure_cost_usd_total', {
    help: 'Infrastructure cost of all deployments in US dollars.',
    labels: [resource],
    unit: 'USD',
    series: [2, 10],
    source: 'infrastructure_costs.cost_usd',
  }),
  counter('deployment_cpu_usage_seconds', {
    help: 'CPU seconds used by deployments (user and system, with children).',
    unit: 'seconds',
    series: [1, 1],
    source: 'deployment_metrics.cpu_seconds',
  }),
  counter('deployment_rollback_count', {
    help: 'Rollbacks of any reason and outcome (same events as deployment_rollback_total).',
    series: [1, 1],
    source: 'rollbacks',
  }),
  histogram('deployment_duration_seconds', {
    help: 'Duration of finished deployments, start to end.',
    unit: 'seconds',
    buckets: buckets.deployment_duration_seconds,
    series: [17, 17],
    source: 'deployment_metrics.total_duration of every terminal row',
  }),
  counter('deployment_warning_total', {
    help: 'Deployments that ended in warning (already counted as success in deployment_total).',
    series: [1, 1],
    source: "deployment_metrics with deployment_status = 'warning'",
  }),
  histogram('deployment_downtime_seconds', {
    help: 'Service downtime per finished deployment.',
    unit: 'seconds',
    buckets: buckets.deployment_downtime_seconds,
    series: [13, 13],
    source: 'deployment_metrics.downtime_duration (falls back to cutover_duration)',
  }),
  histogram('deployment_time_to_healthy_seconds', {
    help: 'Seconds from service start until the health endpoint answers with the new version.',
    unit: 'seconds',
    buckets: buckets.deployment_time_to_healthy_seconds,
    series: [12, 12],
    source: 'deployment_metrics.time_to_healthy as a number',
  }),
  histogram('deployment_health_verification_duration_seconds', {
    help: 'Duration of the health verification per deployment.',
    unit: 'seconds',
    buckets: buckets.deployment_health_verification_duration_seconds,
    series: [13, 13],
    source: 'deployment_metrics.health_check_duration',
  }),
  counter('deployment_health_verification_total', {
    help: 'Health verifications of finished deployments by outcome.',
    labels: [outcome],
    series: [2, 2],
    source: 'deployment_metrics.health_check_success of terminal rows whose verification ran',
  }),
  counter('deployment_slo_bad_total', {
    help: 'Deployments that failed, or succeeded and were rolled back later; each counted once.',
    series: [1, 1],
    source: 'deployment_metrics with rollbacks',
  }),
  counter('deployment_error_budget_consumed_total', {
    help: 'Error budget used, in failed-deployment equivalents, at most 1 per deployment.',
    labels: [
      closed('cause', [
        'deploy_failed',
        'migration_failed',
        'smoke_test_failed',
        'rollback_health',
        'rollback_error',
      ]),
    ],
    millionths: true,
    series: [5, 5],
    source: 'error_budget_events.weight',
  }),
  counter('deploytrack_ledger_events_total', {
    help: 'Sequence number of the ledger; a decrease means that an older snapshot was pushed over a newer one.',
    series: [1, 1],
    source: 'groups.seq',
  }),
];
