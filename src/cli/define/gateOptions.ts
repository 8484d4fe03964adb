import { choice, integer, list, number, text, url } from './kinds.ts';

/** The rules of the gate: options of `gate`; for `start` and `run` their variables and keys of the settings file. */
export const gateRuleOptions = {
  freeze: list(
    text({
      value: 'window',
      variable: 'DEPLOYTRACK_FREEZE',
      help: "freeze in: 'Fri 16:00-Mon 08:00 UTC'",
    }),
  ),
  errorBudget: number({
    min: 0.5,
    max: 1000,
    default: '1',
    variable: 'DEPLOYTRACK_ERROR_BUDGET',
    help: 'failed deployments allowed',
  }),
  budgetPeriod: choice({
    value: 'period',
    choices: ['30d', 'month', 'off'],
    default: '30d',
    variable: 'DEPLOYTRACK_BUDGET_PERIOD',
    help: 'period of the budget: 30d, month, off',
  }),
  minDeployments: integer({
    min: 1,
    max: 100_000,
    default: '10',
    variable: 'DEPLOYTRACK_MIN_DEPLOYMENTS',
    help: 'a smaller number never freezes',
  }),
  successRate: number({
    min: 0,
    max: 1,
    default: '0.95',
    variable: 'DEPLOYTRACK_SUCCESS_RATE',
    help: 'minimum for the last hour; 0: off',
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
    help: 'critical, high, names or off',
  }),
  onError: choice({
    value: 'what',
    choices: ['block', 'pass'],
    default: 'block',
    variable: 'DEPLOYTRACK_ON_ERROR',
    help: 'unreadable rules: block or pass',
  }),
};
