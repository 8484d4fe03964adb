import type { AlertRule } from '../alertRule.ts';
import { countedAbove } from '../conditions/counted.ts';
import { overBound } from '../conditions/overBound.ts';
import { meanAboveUsual } from '../conditions/slowerMean.ts';

const host = ['instance', 'deployment', 'environment'];

const migrationOver = (bound: number) =>
  overBound({
    histogram: 'deployment_stage_duration_seconds',
    labels: { stage: 'migration' },
    window: '15m',
    by: host,
    bound,
    atLeast: 1,
  });

/** Migrations, smoke tests, and phases that became slower. */
export const stepAlerts: readonly AlertRule[] = [
  {
    name: 'DatabaseMigrationFailed',
    severity: 'critical',
    forSeconds: 0,
    condition: countedAbove({
      metric: 'migration_total',
      labels: { status: 'failure' },
      window: '5m',
      by: host,
      above: 0,
    }),
    firesWhen: 'more than {threshold} migrations failed in 5 minutes',
    summary: 'A migration of {{ $labels.deployment }} in {{ $labels.environment }} failed',
    description: '{{ $value }} on {{ $labels.instance }} in the last 5 minutes.',
    runbook: {
      means: 'The migration tool ended with an error: the schema may be incomplete.',
      first: 'deploytrack show',
      fix: 'Check the state with the tool, fix the migration, deploy again. With `--keep-stderr`, `show` has the last output of the tool.',
    },
  },
  {
    name: 'DatabaseMigrationSlow',
    severity: 'high',
    forSeconds: 0,
    condition: migrationOver(120),
    firesWhen: 'a migration of the last 15 minutes took longer than {threshold}',
    summary: 'A migration of {{ $labels.deployment }} in {{ $labels.environment }} was slow',
    description: 'Longer than {threshold}: {{ $value }} on {{ $labels.instance }} in the last 15 minutes.',
    runbook: {
      means: 'A migration took long and held its locks for that time.',
      first: 'deploytrack show',
      fix: 'Split it: change the schema first, then fill in the data in small steps.',
    },
  },
  {
    name: 'DatabaseMigrationVerySlow',
    severity: 'critical',
    forSeconds: 0,
    condition: migrationOver(300),
    firesWhen: 'a migration of the last 15 minutes took longer than {threshold}',
    summary: 'A migration of {{ $labels.deployment }} in {{ $labels.environment }} was very slow',
    description: 'Longer than {threshold}: {{ $value }} on {{ $labels.instance }} in the last 15 minutes.',
    runbook: {
      means: 'This is DatabaseMigrationSlow with a higher threshold.',
      first: 'deploytrack show',
      fix: 'Look for locks that it waited for, then split it. `migrate --timeout` stops a migration that hangs.',
    },
  },
  {
    name: 'SmokeTestsFailingPostDeploy',
    severity: 'high',
    forSeconds: 0,
    condition: countedAbove({
      metric: 'smoke_test_total',
      labels: { status: 'failure' },
      window: '10m',
      by: ['deployment', 'environment', 'test_name'],
      above: 0,
    }),
    firesWhen: 'a smoke test failed more than {threshold} times in 10 minutes',
    summary:
      'Smoke test {{ $labels.test_name }} fails for {{ $labels.deployment }} in {{ $labels.environment }}',
    description: '{{ $value }} failures in the last 10 minutes.',
    runbook: {
      means: 'The version passes its health check but does not work.',
      first: 'deploytrack show',
      fix: 'Run the test by hand against the environment. If the test is right, roll back with `deploytrack rollback --reason test_failed`.',
    },
  },
  {
    name: 'PhaseSlowerThanUsual',
    severity: 'warning',
    forSeconds: 120,
    condition: meanAboveUsual({ histogram: 'deployment_stage_duration_seconds', times: 1.5 }),
    firesWhen:
      'a phase took more than {threshold} its mean of 30 days, and 5 s more, in the mean of a day with two or more runs',
    summary:
      'Phase {{ $labels.stage }} of {{ $labels.deployment }} in {{ $labels.environment }} is slower than usual',
    description:
      'On average {{ $value | humanizeDuration }} in the last day, more than {threshold} the mean of 30 days; service {{ $labels.service }}.',
    runbook: {
      means: 'A phase became slower, on all hosts together. Runs that failed count too.',
      first: 'deploytrack stats --regressions',
      fix: 'It says since which version. Compare a deployment before and after it with `deploytrack compare`. The alert ends a day after the last slow run, or when the mean of 30 days has followed.',
    },
  },
];
