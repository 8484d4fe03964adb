import { type BudgetCause, isoTime } from '../../model.ts';
import { type DeploymentRow, groupKeyOf } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import type { Rows } from '../rows.ts';
import { countBad, spendBudget } from '../totals/budgetTotals.ts';
import { groupId } from '../totals/totals.ts';

interface Ending {
  readonly row: DeploymentRow;
  readonly at: { readonly wallMs: number };
}

/** A deployment has ended: it uses the error budget if it failed, or was rolled back before it ended. */
export function noteEnd(database: Database, { row, at, failed }: Ending & { failed: boolean }): void {
  const reason = reasonsOfSuccess(database, row)[0];
  if (!failed && reason === undefined) return;
  const cause = reason === undefined ? causeOfFailure(database, row) : causeOfRollback(reason);
  note(database, { row, at, cause, isFirst: true });
}

/** A finished deployment was rolled back; one that had failed is counted already. */
export function noteRollback(
  database: Database,
  { row, at, reasonClass }: Ending & { reasonClass: string },
): void {
  const isFirst = row.status !== 'failed' && reasonsOfSuccess(database, row).length === 1;
  note(database, { row, at, cause: causeOfRollback(reasonClass), isFirst });
}

function note(
  database: Database,
  { row, at, cause, isFirst }: Ending & { cause: BudgetCause; isFirst: boolean },
): void {
  const group = groupId(database, groupKeyOf(row));
  if (isFirst) countBad(database, group);
  const { deploymentId } = row;
  spendBudget(database, { groupId: group, deploymentId, at: isoTime(at.wallMs), cause });
}

function reasonsOfSuccess(database: Database, { deploymentId }: DeploymentRow): string[] {
  return database
    .prepare<unknown[], Rows['rollbacks']['reason_class']>(
      'SELECT reason_class FROM rollbacks WHERE deployment_id = ? AND success = 1 AND settled = 1 ORDER BY id',
    )
    .pluck()
    .all(deploymentId);
}

/** See docs/metrics.md, error budget. */
function causeOfRollback(reasonClass: string): BudgetCause {
  if (reasonClass === 'health_check_failed') return 'rollback_health';
  return reasonClass === 'test_failed' ? 'smoke_test_failed' : 'rollback_error';
}

function causeOfFailure(database: Database, { deploymentId }: DeploymentRow): BudgetCause {
  const { migration, smoke } = database
    .prepare(
      `SELECT
         EXISTS (SELECT 1 FROM deployment_stages WHERE status = 'failed' AND id IN (SELECT max(id) FROM deployment_stages
           WHERE deployment_id = @deploymentId AND stage = 'migration' AND judged = 'yes' AND late = 0 AND of_rollback = 0 GROUP BY service)) AS migration,
         EXISTS (SELECT 1 FROM smoke_tests WHERE status = 'failure' AND id IN (SELECT max(id) FROM smoke_tests
           WHERE deployment_id = @deploymentId AND judged = 'yes' AND late = 0 AND of_rollback = 0 GROUP BY test_name, service)) AS smoke`,
    )
    .get({ deploymentId }) as { migration: number; smoke: number };
  if (migration === 1) return 'migration_failed';
  return smoke === 1 ? 'smoke_test_failed' : 'deploy_failed';
}
