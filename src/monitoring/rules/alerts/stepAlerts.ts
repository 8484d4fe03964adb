import type { AlertRule } from '../alertRule.ts';
import { countedAbove } from '../conditions/counted.ts';
import { overBound } from '../conditions/overBound.ts';

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

/** Migrations and smoke tests. */
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
    firesWhen: 'more than {figure} migrations failed in 5 minutes',
    summary: 'A migration of {{ $labels.deployment }} in {{ $labels.environment }} failed',
    description: '{{ $value }} on {{ $labels.instance }} in the last 5 minutes.',
    runbook: {
      means: 'The migration tool ended with an error: the schema may be incomplete.',
      first: 'deploytrack show',
      mends:
        'Ask the tool for its state, fix the migration, deploy again. With `--keep-stderr` its last output is in the row.',
    },
  },
  {
    name: 'DatabaseMigrationSlow',
    severity: 'high',
    forSeconds: 0,
    condition: migrationOver(120),
    firesWhen: 'a migration of the last 15 minutes took longer than {figure}',
    summary: 'A migration of {{ $labels.deployment }} in {{ $labels.environment }} was slow',
    description: 'Longer than {figure}: {{ $value }} on {{ $labels.instance }} in the last 15 minutes.',
    runbook: {
      means: 'A migration took long, and held its locks as long.',
      first: 'deploytrack show',
      mends: 'Split it: change the schema first, fill the data in small steps afterwards.',
    },
  },
  {
    name: 'DatabaseMigrationVerySlow',
    severity: 'critical',
    forSeconds: 0,
    condition: migrationOver(300),
    firesWhen: 'a migration of the last 15 minutes took longer than {figure}',
    summary: 'A migration of {{ $labels.deployment }} in {{ $labels.environment }} was very slow',
    description: 'Longer than {figure}: {{ $value }} on {{ $labels.instance }} in the last 15 minutes.',
    runbook: {
      means: 'As DatabaseMigrationSlow, at the critical level.',
      first: 'deploytrack show',
      mends:
        'Look for locks that it waited for, then split it. `--timeout` of `migrate` ends one that hangs.',
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
    firesWhen: 'a smoke test failed more than {figure} times in 10 minutes',
    summary:
      'Smoke test {{ $labels.test_name }} fails for {{ $labels.deployment }} in {{ $labels.environment }}',
    description: '{{ $value }} failures in the last 10 minutes.',
    runbook: {
      means: 'The version passes its health check and does not work.',
      first: 'deploytrack show',
      mends:
        'Run the test by hand against the environment. If the test is right, roll back with `deploytrack rollback --reason test_failed`.',
    },
  },
];
