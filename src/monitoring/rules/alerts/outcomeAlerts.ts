import type { AlertRule } from '../alertRule.ts';
import { countedAbove } from '../conditions/counted.ts';
import { overBound } from '../conditions/overBound.ts';
import { p95Above } from '../conditions/quantile.ts';
import { runningLongerThan } from '../conditions/running.ts';
import { shareBelow } from '../conditions/share.ts';

const host = ['instance', 'deployment', 'environment'];
const name = ['deployment', 'environment'];

/** Whether deployments succeed, and how long they take. */
export const outcomeAlerts: readonly AlertRule[] = [
  {
    name: 'DeploymentFailed',
    severity: 'critical',
    forSeconds: 0,
    condition: countedAbove({
      metric: 'deployment_total',
      labels: { status: 'failure' },
      window: '5m',
      by: host,
      above: 0,
    }),
    firesWhen: 'more than {threshold} deployments failed in 5 minutes',
    summary: 'A deployment of {{ $labels.deployment }} to {{ $labels.environment }} failed',
    description: '{{ $value }} failed on {{ $labels.instance }} in the last 5 minutes.',
    runbook: {
      means: 'A deployment failed: a step, a check or the script itself.',
      first: 'deploytrack show',
      fix: 'The waterfall names the phase and its exit code. Fix that and deploy again, or roll back with `deploytrack rollback`.',
    },
  },
  {
    name: 'DeploymentSuccessRateLow',
    severity: 'high',
    forSeconds: 1800,
    condition: shareBelow({ metric: 'deployment_total', good: 'success', window: '1h' }, { below: 0.95 }),
    firesWhen: 'less than {threshold} of the deployments of an hour succeeded',
    summary:
      'Only {{ $value | humanizePercentage }} of the deployments of {{ $labels.deployment }} to {{ $labels.environment }} succeed',
    description: 'Counted over one hour; the objective is 99%.',
    runbook: {
      means:
        'Several deployments of the last hour failed, or the only one did and was not repeated successfully.',
      first: 'deploytrack history --since 1h',
      fix: 'Look for the error that they share. The alert ends when the success rate of the last hour is high enough again, or an hour after the last failure.',
    },
  },
  {
    name: 'RollbacksIncreasing',
    severity: 'high',
    forSeconds: 0,
    condition: countedAbove({
      metric: 'deployment_rollback_total',
      labels: { status: 'success' },
      window: '7d',
      by: name,
      above: 3,
    }),
    firesWhen: 'more than {threshold} rollbacks in 7 days, for any reason',
    summary: '{{ $value }} rollbacks of {{ $labels.deployment }} in {{ $labels.environment }} in 7 days',
    description: 'Zero or one is normal. All hosts and reasons are counted together.',
    runbook: {
      means: 'Too many versions have to be rolled back: tests before this environment miss too much.',
      first: 'deploytrack history --since 7d',
      fix: '`deploytrack show <id>` shows the reason of each. Add the check that would have caught them before the cutover.',
    },
  },
  {
    name: 'DeploymentTakingTooLong',
    severity: 'high',
    forSeconds: 120,
    condition: runningLongerThan(900),
    firesWhen: 'a deployment runs for longer than {threshold}',
    summary: 'Deployment {{ $labels.deployment_id }} of {{ $labels.deployment }} does not finish',
    description:
      'It has been running for {{ $value | humanizeDuration }} on {{ $labels.instance }}, in {{ $labels.environment }}.',
    runbook: {
      means: 'A phase is hanging, or the process died before `finish` and the deployment was never closed.',
      first: 'deploytrack show <id>',
      fix: 'Stop the process that hangs; the trap then closes the deployment. If no process is left, run `deploytrack finish --abandoned --id <id>`; otherwise the next `start` closes it.',
    },
  },
  {
    name: 'TimeToDeployHigh',
    severity: 'high',
    forSeconds: 120,
    condition: p95Above({ histogram: 'time_to_deploy_seconds', window: '1h' }, { above: 600 }),
    firesWhen: 'the p95 from trigger to stable over an hour is above {threshold}',
    summary: 'Deploying {{ $labels.deployment }} to {{ $labels.environment }} takes too long',
    description: 'The p95 of the last hour is {{ $value | humanizeDuration }}, above {threshold}.',
    runbook: {
      means: 'The time from the triggering push to a stable service is longer than SLO 2 allows.',
      first: 'deploytrack stats --since 7d',
      fix: 'Shorten the phase that takes the largest part. If no phase is long, the time passes before `start`, in the queue of the CI.',
    },
  },
  {
    name: 'TimeToDeployBudgetExceeded',
    severity: 'high',
    forSeconds: 0,
    condition: overBound({
      histogram: 'time_to_deploy_seconds',
      window: '7d',
      by: name,
      bound: 1200,
      atLeast: 2,
    }),
    firesWhen: '2 or more deployments of 7 days took longer than {threshold}',
    summary:
      '{{ $value }} deployments of {{ $labels.deployment }} to {{ $labels.environment }} were very slow',
    description: 'Each took longer than {threshold}, within 7 days; SLO 2 allows one of them.',
    runbook: {
      means: 'SLO 2 allows one very slow deployment a week; this week had more. Escalate it.',
      first: 'deploytrack history --since 7d',
      fix: 'Compare one of them with a usual one: `deploytrack show <id>` says which phases were slower than usual.',
    },
  },
  {
    name: 'DeploymentLong',
    severity: 'warning',
    forSeconds: 0,
    condition: overBound({
      histogram: 'deployment_duration_seconds',
      window: '15m',
      by: host,
      bound: 300,
      atLeast: 1,
    }),
    firesWhen: 'a deployment that ended in the last 15 minutes took longer than {threshold}',
    summary: 'A deployment of {{ $labels.deployment }} to {{ $labels.environment }} took long',
    description: 'Longer than {threshold}: {{ $value }} on {{ $labels.instance }} in the last 15 minutes.',
    runbook: {
      means: 'The deployment took longer than five minutes from start to end. Failed ones count too.',
      first: 'deploytrack show',
      fix: 'It says which phases were slower than usual. If none was, raise the threshold with `--set`.',
    },
  },
];
