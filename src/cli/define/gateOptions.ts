import { choice, integer, list, number, text, url } from './kinds.ts';

/** The rules of the gate: options of `gate`; for `start` and `run` their variables and keys of the settings file. */
export const gateRuleOptions = {
  freeze: list(
    text({
      value: 'window',
      variable: 'DEPLOYTRACK_FREEZE',
      help: "freeze in this window: 'Fri 16:00-Mon 08:00 UTC'",
    }),
  ),
  errorBudget: number({
    min: 0.5,
    max: 1000,
    default: '1',
    variable: 'DEPLOYTRACK_ERROR_BUDGET',
    help: 'failed deployments that use up the budget',
  }),
  budgetPeriod: choice({
    value: 'period',
    choices: ['30d', 'month', 'off'],
    default: '30d',
    variable: 'DEPLOYTRACK_BUDGET_PERIOD',
    help: '30d, month or off',
  }),
  minDeployments: integer({
    min: 1,
    max: 100_000,
    default: '10',
    variable: 'DEPLOYTRACK_MIN_DEPLOYMENTS',
    help: 'with fewer the budget does not freeze',
  }),
  successRate: number({
    min: 0,
    max: 1,
    default: '0.95',
    variable: 'DEPLOYTRACK_SUCCESS_RATE',
    help: 'lowest success rate of the last hour; 0: off',
  }),
  failedMigration: choice({
    value: 'what',
    choices: ['freeze', 'ignore'],
    default: 'freeze',
    variable: 'DEPLOYTRACK_FAILED_MIGRATION',
    help: 'freeze or ignore',
  }),
  prometheus: url({
    variable: 'DEPLOYTRACK_PROMETHEUS',
    help: 'judge its counters and alerts, not the ledger',
  }),
  alertmanager: url({ variable: 'DEPLOYTRACK_ALERTMANAGER', help: 'judge its alerts' }),
  alerts: text({
    value: 'which',
    default: 'critical',
    variable: 'DEPLOYTRACK_ALERTS',
    help: 'critical, high (and critical), names, or off',
  }),
  onError: choice({
    value: 'what',
    choices: ['block', 'pass'],
    default: 'block',
    variable: 'DEPLOYTRACK_ON_ERROR',
    help: 'block or pass if a rule cannot be read',
  }),
};
