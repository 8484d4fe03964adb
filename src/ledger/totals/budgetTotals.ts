import type { BudgetCause } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import { Totals } from './totals.ts';

/**
 * The error budget that a cause uses, in failed deployments: a rollback for bad health counts half (docs/metrics.md).
 */
const weights: Readonly<Record<BudgetCause, number>> = {
  deploy_failed: 1,
  migration_failed: 1,
  smoke_test_failed: 1,
  rollback_health: 0.5,
  rollback_error: 1,
};

/** Adds the error budget that a failed or rolled back deployment uses: together with earlier events at most one. */
export function spendBudget(
  database: Database,
  {
    groupId,
    deploymentId,
    at,
    cause,
  }: { groupId: number; deploymentId: string; at: string; cause: BudgetCause },
): void {
  const spent = database
    .prepare(
      'SELECT total(weight) FROM error_budget_events WHERE deployment_id = ? AND weight BETWEEN 0 AND 1',
    )
    .pluck()
    .get(deploymentId) as number;
  const weight = Math.min(weights[cause], 1 - spent);
  if (weight <= 0) return;
  database
    .prepare('INSERT INTO error_budget_events (deployment_id, at, cause, weight) VALUES (?, ?, ?, ?)')
    .run(deploymentId, at, cause, weight);
  new Totals(database, groupId).countAmount('deployment_error_budget_consumed_total', {
    amount: weight,
    labels: [cause],
  });
}

/** A deployment that failed or was rolled back, each counted once. */
export function countBad(database: Database, groupId: number): void {
  new Totals(database, groupId).count('deployment_slo_bad_total');
}
