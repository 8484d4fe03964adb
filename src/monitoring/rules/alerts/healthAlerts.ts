import type { AlertRule } from '../alertRule.ts';
import { countedAbove } from '../conditions/counted.ts';
import { errorRateAbove } from '../conditions/errorRate.ts';
import { notHealthyAfter } from '../conditions/notHealthy.ts';
import { overBound } from '../conditions/overBound.ts';
import { shareBelow } from '../conditions/share.ts';

const host = ['instance', 'deployment', 'environment'];
const name = ['deployment', 'environment'];

/** Whether the new version is healthy, and how soon. */
export const healthAlerts: readonly AlertRule[] = [
  {
    name: 'PostDeploymentHealthChecksFailing',
    severity: 'critical',
    forSeconds: 120,
    condition: shareBelow(
      { metric: 'api_health_check_latency_ms_count', good: 'healthy', window: '5m' },
      { below: 0.9 },
    ),
    firesWhen: 'less than {threshold} of the health checks of 5 minutes passed',
    summary:
      'Only {{ $value | humanizePercentage }} of the health checks of {{ $labels.deployment }} in {{ $labels.environment }} pass',
    description: 'Counted over 5 minutes. Consider a rollback.',
    runbook: {
      means:
        'The new version responds incorrectly, late or not at all. Failed attempts before the first success of a start-up are not counted.',
      first: 'deploytrack show',
      fix: 'The verdict shows what was wrong: status, version, timeout or refused. Roll back with `deploytrack rollback`, then read the log of the service.',
    },
  },
  {
    name: 'HealthCheckFailuresPostDeploy',
    severity: 'critical',
    forSeconds: 0,
    condition: countedAbove({
      metric: 'api_health_check_latency_ms_count',
      labels: { status: 'unhealthy' },
      window: '5m',
      by: name,
      above: 2,
    }),
    firesWhen: 'more than {threshold} health checks failed in 5 minutes',
    summary: '{{ $value }} health checks of {{ $labels.deployment }} in {{ $labels.environment }} failed',
    description: 'Counted over 5 minutes, on all hosts together.',
    runbook: {
      means: 'A verification ended unhealthy, or the service failed after its first successful check.',
      first: 'deploytrack show',
      fix: 'The verdicts of the attempts are listed. Roll back, or fix the service and verify again with `deploytrack health`.',
    },
  },
  {
    name: 'HighErrorRatePostDeploy',
    severity: 'critical',
    forSeconds: 120,
    condition: errorRateAbove(0.05),
    firesWhen: 'the error rate after a deployment is above {threshold}, within an hour of its start',
    summary:
      '{{ $value | humanizePercentage }} of the requests to {{ $labels.service }} fail after the deployment',
    description:
      'Deployment {{ $labels.deployment_id }} of {{ $labels.deployment }} in {{ $labels.environment }}, on {{ $labels.instance }}.',
    runbook: {
      means:
        'The error rate that `health --watch` or `error-rate` recorded for the newest deployment is too high.',
      first: 'deploytrack show <id>',
      fix: 'Roll back with `deploytrack rollback --reason error_rate`. The alert ends with the next rate that is low enough, or an hour after the start.',
    },
  },
  {
    name: 'FailedHealthChecks',
    severity: 'critical',
    forSeconds: 0,
    condition: countedAbove({
      metric: 'deployment_health_verification_total',
      labels: { status: 'failure' },
      window: '15m',
      by: host,
      above: 0,
    }),
    firesWhen: 'more than {threshold} deployments of 15 minutes ended without a healthy service',
    summary: '{{ $labels.deployment }} on {{ $labels.instance }} did not become healthy',
    description:
      'The health verification of {{ $value }} deployments to {{ $labels.environment }} failed in 15 minutes.',
    runbook: {
      means:
        'The verification of a finished deployment failed: the endpoint never returned the expected version.',
      first: 'deploytrack show',
      fix: 'A wrong version means that the cutover failed; no response means that the service did not start.',
    },
  },
  {
    name: 'SlowHealthRecovery',
    severity: 'warning',
    forSeconds: 0,
    condition: overBound({
      histogram: 'deployment_time_to_healthy_seconds',
      window: '15m',
      by: host,
      bound: 60,
      atLeast: 1,
    }),
    firesWhen: 'a service needed longer than {threshold} to become healthy, in the last 15 minutes',
    summary: '{{ $labels.deployment }} on {{ $labels.instance }} took long to become healthy',
    description: 'Longer than {threshold}: {{ $value }} to {{ $labels.environment }} in the last 15 minutes.',
    runbook: {
      means: 'More time than usual passed from the end of the cutover to the first successful check.',
      first: 'deploytrack stats --since 30d',
      fix: 'Look at what the service does when it starts: caches, connections, migrations of its own.',
    },
  },
  {
    name: 'DeploymentNotHealthy',
    severity: 'critical',
    forSeconds: 120,
    condition: notHealthyAfter(300),
    firesWhen: 'a deployment is not healthy {threshold} after its start, if its health is verified at all',
    summary: '{{ $labels.deployment }} on {{ $labels.instance }} is not healthy after its deployment',
    description:
      'It started {{ $value | humanizeDuration }} ago in {{ $labels.environment }}{{ with $labels.deployment_id }}, ID {{ . }}{{ end }}.',
    runbook: {
      means:
        'The deployment runs and no check has passed yet, or it ended and the latest verification failed.',
      first: 'deploytrack show',
      fix: 'The alert ends with a successful `deploytrack health`, with `deploytrack rollback`, or with the next deployment.',
    },
  },
  {
    name: 'HighDowntime',
    severity: 'high',
    forSeconds: 0,
    condition: overBound({
      histogram: 'deployment_downtime_seconds',
      window: '15m',
      by: host,
      bound: 30,
      atLeast: 1,
    }),
    firesWhen: 'a deployment of the last 15 minutes took the service down for longer than {threshold}',
    summary: '{{ $labels.deployment }} on {{ $labels.instance }} was down for too long',
    description: 'Longer than {threshold}: {{ $value }} to {{ $labels.environment }} in the last 15 minutes.',
    runbook: {
      means: 'The cutover or the start of the new version took too long, and users noticed.',
      first: 'deploytrack show',
      fix: 'Move steps out of `cutover` that can be done before it. With `--probe` the downtime is the measured outage, without it the length of the phase.',
    },
  },
];
