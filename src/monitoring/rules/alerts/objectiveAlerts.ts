import type { AlertRule } from '../alertRule.ts';
import { budgetSpent, burning } from '../conditions/budget.ts';
import { p95Above } from '../conditions/quantile.ts';
import { shareBelow } from '../conditions/share.ts';
import { downtimeP95, downtimeSli, healthShare, healthSli, smokeShare, smokeSli } from '../objectives.ts';

/** Budgets and objectives of 30 days. */
export const objectiveAlerts: readonly AlertRule[] = [
  {
    name: 'ErrorBudgetHalfSpent',
    severity: 'warning',
    forSeconds: 120,
    condition: budgetSpent(0.5),
    firesWhen: '{threshold} or more of the error budget of 30 days is used',
    summary:
      '{{ $value | humanizePercentage }} of the error budget of {{ $labels.deployment }} in {{ $labels.environment }} is used',
    description:
      'One failed deployment in 30 days is the whole budget; a rollback for bad health takes half of it.',
    runbook: {
      means: 'One more rollback or failure uses up the budget of 30 days.',
      first: 'deploytrack history --since 30d',
      fix: 'This is not urgent: test the next risky change with more care. Events leave the budget after 30 days.',
    },
  },
  {
    name: 'ErrorBudgetExhausted',
    severity: 'high',
    forSeconds: 120,
    condition: budgetSpent(1),
    firesWhen: '{threshold} or more of the error budget of 30 days is used',
    summary: 'The error budget of {{ $labels.deployment }} in {{ $labels.environment }} is used up',
    description: '{{ $value | humanizePercentage }} of the budget of 30 days is used.',
    runbook: {
      means: 'In 30 days, failures and rollbacks added up to one failed deployment or more.',
      first: 'deploytrack history --since 30d',
      fix: 'Deploy only fixes, and add tests for what failed. The alert ends when the events are older than 30 days.',
    },
  },
  {
    name: 'ErrorBudgetBurnFast',
    severity: 'critical',
    forSeconds: 120,
    condition: burning({ times: 14.4, long: '1h', short: '5m' }),
    firesWhen:
      'the ratio of bad deployments is above {threshold} the allowed 1%, over 1h and over 5m, with 10 or more in 1h',
    summary: 'Deployments of {{ $labels.deployment }} to {{ $labels.environment }} fail one after the other',
    description:
      '{{ $value | humanizePercentage }} of the last hour failed or were rolled back; SLO 1 allows 1%.',
    runbook: {
      means: 'Deployments are repeated and keep failing: a pipeline, a host or a dependency is broken.',
      first: 'deploytrack history --since 1h',
      fix: 'Stop the job that starts the deployments, then fix the cause that their errors share.',
    },
  },
  {
    name: 'ErrorBudgetBurnMedium',
    severity: 'high',
    forSeconds: 120,
    condition: burning({ times: 6, long: '6h', short: '30m' }),
    firesWhen:
      'the ratio of bad deployments is above {threshold} the allowed 1%, over 6h and over 30m, with 10 or more in 6h',
    summary: 'Too many deployments of {{ $labels.deployment }} to {{ $labels.environment }} fail',
    description:
      '{{ $value | humanizePercentage }} of the last 6 hours failed or were rolled back; SLO 1 allows 1%.',
    runbook: {
      means: 'The failures have continued for half a day.',
      first: 'deploytrack history --since 6h',
      fix: 'Look for what only the failed ones have in common: host, version or phase.',
    },
  },
  {
    name: 'ErrorBudgetBurnSlow',
    severity: 'warning',
    forSeconds: 120,
    condition: burning({ times: 1, long: '3d', short: '6h' }),
    firesWhen:
      'the ratio of bad deployments is above {threshold} the allowed 1%, over 3d and over 6h, with 10 or more in 3d',
    summary: 'Deployments of {{ $labels.deployment }} to {{ $labels.environment }} miss SLO 1',
    description:
      '{{ $value | humanizePercentage }} of the last 3 days failed or were rolled back; SLO 1 allows 1%.',
    runbook: {
      means: 'At this rate SLO 1 will be missed.',
      first: 'deploytrack history --since 3d',
      fix: 'This is not urgent: plan time to fix the failures that recur.',
    },
  },
  {
    name: 'PostDeployHealthSLOBreached',
    severity: 'high',
    forSeconds: 120,
    condition: shareBelow(healthShare, { below: 0.99, recorded: healthSli }),
    firesWhen: 'less than {threshold} of the health checks of 30 days passed',
    summary: '{{ $labels.deployment }} in {{ $labels.environment }} misses SLO 3',
    description:
      '{{ $value | humanizePercentage }} of the health checks of 30 days passed; it should be {threshold}.',
    runbook: {
      means: 'Over 30 days too many health checks after deployments failed.',
      first: 'deploytrack stats --since 30d',
      fix: '`deploytrack history --since 30d` lists the deployments that were not healthy. The failures of one night stay in the ratio for 30 days.',
    },
  },
  {
    name: 'SmokeTestSLOBreached',
    severity: 'high',
    forSeconds: 120,
    condition: shareBelow(smokeShare, { below: 0.99, recorded: smokeSli }),
    firesWhen: 'less than {threshold} of the smoke tests of 30 days passed',
    summary: '{{ $labels.deployment }} in {{ $labels.environment }} misses SLO 5',
    description:
      '{{ $value | humanizePercentage }} of the smoke tests of 30 days passed; it should be {threshold}.',
    runbook: {
      means: 'Over 30 days too many smoke tests failed: the versions, or the tests, are not good enough.',
      first: 'deploytrack history --since 30d',
      fix: 'Fix flaky tests, and fix what the others report.',
    },
  },
  {
    name: 'DowntimeP95High',
    severity: 'high',
    forSeconds: 120,
    condition: p95Above(downtimeP95, { above: 30, recorded: downtimeSli }),
    firesWhen: 'the p95 of the downtime of 30 days is above {threshold}',
    summary: 'Deploying {{ $labels.deployment }} to {{ $labels.environment }} costs too much downtime',
    description: 'The p95 of 30 days is {{ $value | humanizeDuration }}, above {threshold}.',
    runbook: {
      means: 'Long outages are becoming the norm.',
      first: 'deploytrack stats --since 30d',
      fix: 'Shorten `cutover`: start the new version before the old one stops, or switch a proxy.',
    },
  },
];
