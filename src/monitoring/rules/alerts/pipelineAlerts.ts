import type { AlertRule } from '../alertRule.ts';
import { abandonedAfter, counterReset, gatewayDown, pushFailing } from '../conditions/pipeline.ts';

/** Whether the data of the other alerts is complete and current. */
export const pipelineAlerts: readonly AlertRule[] = [
  {
    name: 'PushgatewayDown',
    severity: 'critical',
    forSeconds: 120,
    condition: gatewayDown,
    firesWhen: 'the scrape of the Pushgateway fails',
    summary: 'The Pushgateway {{ $labels.instance }} is down',
    description: 'No deployment can raise an alert until the gateway responds again.',
    runbook: {
      means:
        'Prometheus cannot scrape the gateway; its series are missing from every graph. Deployments still run and are recorded.',
      first: 'deploytrack doctor',
      fix: 'Start the gateway, then run `deploytrack push` on each host to restore what it lost. The scrape job must be called `pushgateway`.',
    },
  },
  {
    name: 'DeploytrackPushFailing',
    severity: 'high',
    forSeconds: 120,
    condition: pushFailing,
    firesWhen: 'the gateway rejected the latest push of a group',
    summary: 'The Pushgateway rejects the metrics of {{ $labels.deployment }} on {{ $labels.instance }}',
    description: 'Dashboards for {{ $labels.environment }} are out of date.',
    runbook: {
      means:
        'The gateway rejected the push (400): another group uses one of the metric names with a different type, or the text came from another program.',
      first: 'deploytrack push',
      fix: 'It prints the response of the gateway, which names the conflict. Delete the conflicting group, then run `deploytrack push`.',
    },
  },
  {
    name: 'DeploytrackCounterReset',
    severity: 'warning',
    forSeconds: 0,
    condition: counterReset,
    firesWhen: 'the counters of a group decreased within 15 minutes',
    summary: 'The counters of {{ $labels.deployment }} on {{ $labels.instance }} decreased',
    description:
      'An older state was scraped after a newer one: increases in {{ $labels.environment }} are too high for a while.',
    runbook: {
      means: 'The gateway crashed and serves an older file, or two ledgers push the same group.',
      first: 'deploytrack doctor',
      fix: 'It names a group that two ledgers push: use only one. For the gateway, set `--persistence.interval=10s`, or use no file and run `deploytrack push` with a timer.',
    },
  },
  {
    name: 'DeploytrackGroupAbandoned',
    severity: 'warning',
    forSeconds: 120,
    condition: abandonedAfter(30 * 86_400),
    firesWhen: 'a group was not pushed for longer than {threshold}',
    summary: 'No recent push for {{ $labels.deployment }} on {{ $labels.instance }}',
    description: 'The last push to {{ $labels.environment }} was {{ $value | humanizeDuration }} ago.',
    runbook: {
      means: 'The host is gone, was renamed, or no longer deploys; its last values stay forever.',
      first: 'deploytrack push --delete',
      fix: 'It removes the groups of this host. If the host is gone, send DELETE for the group to the gateway. If it only deploys rarely, run `deploytrack push` with a timer.',
    },
  },
];
