import type { AlertRule } from '../alertRule.ts';
import { abandonedAfter, counterReset, gatewayDown, pushFailing } from '../conditions/pipeline.ts';

/** Whether what the other alerts look at can be believed. */
export const pipelineAlerts: readonly AlertRule[] = [
  {
    name: 'PushgatewayDown',
    severity: 'critical',
    forSeconds: 120,
    condition: gatewayDown,
    firesWhen: 'the scrape of the Pushgateway fails',
    summary: 'The Pushgateway {{ $labels.instance }} is down',
    description: 'No deployment can raise an alert until it answers again.',
    runbook: {
      means:
        'Prometheus cannot read the gateway; its series are gone from every graph. Deployments go on and are recorded.',
      first: 'deploytrack doctor',
      mends:
        'Start the gateway, then `deploytrack push` on each host brings back all that it lost. The job of the scrape must be called `pushgateway`.',
    },
  },
  {
    name: 'DeploytrackPushFailing',
    severity: 'high',
    forSeconds: 120,
    condition: pushFailing,
    firesWhen: 'the gateway rejected the latest push of a group',
    summary: 'The Pushgateway refuses what {{ $labels.instance }} pushes for {{ $labels.deployment }}',
    description: 'What is shown of {{ $labels.environment }} is older than what the ledger knows.',
    runbook: {
      means:
        'The gateway rejected the push (400): another group uses one of the metric names with a different type, or the text came from another program.',
      first: 'deploytrack push',
      mends:
        'It shows the response of the gateway, which names the conflict. Delete the conflicting group, then run `deploytrack push`.',
    },
  },
  {
    name: 'DeploytrackCounterReset',
    severity: 'warning',
    forSeconds: 0,
    condition: counterReset,
    firesWhen: 'the counters of a group went back within 15 minutes',
    summary: 'The counters of {{ $labels.deployment }} on {{ $labels.instance }} went back',
    description:
      'An older state came after a newer one: increases of {{ $labels.environment }} read too high for a while.',
    runbook: {
      means: 'The gateway crashed and serves an older file, or two ledgers push the same group.',
      first: 'deploytrack doctor',
      mends:
        'It names a group with two ledgers: keep one. For the gateway: `--persistence.interval=10s`, or no file and a timer for `deploytrack push`.',
    },
  },
  {
    name: 'DeploytrackGroupAbandoned',
    severity: 'warning',
    forSeconds: 120,
    condition: abandonedAfter(30 * 86_400),
    firesWhen: 'a group was not pushed for longer than {figure}',
    summary: 'Nobody pushes {{ $labels.deployment }} on {{ $labels.instance }} any more',
    description: 'The last push to {{ $labels.environment }} was {{ $value | humanizeDuration }} ago.',
    runbook: {
      means: 'The host is gone, was renamed, or no longer deploys; its last values stay forever.',
      first: 'deploytrack push --delete',
      mends:
        'That removes the groups of this host. If the host is gone, send DELETE for the group to the gateway. If it only deploys rarely, run `deploytrack push` by a timer.',
    },
  },
];
