import type { Database } from '../file/addon.ts';
import type { Selected } from '../rows.ts';

/** A rollback that `rollback start` began. */
export type SeparateRollback = Selected<
  'rollbacks',
  { rollbackId: 'rollback_id'; reason: 'reason'; toVersion: 'to_version'; settled: 'settled' }
> & { readonly service: string; readonly isRunning: 0 | 1 };

/** The newest one that is open, otherwise the newest. Its phase is the run of the same ID. */
export function openRollback(database: Database, deploymentId: string): SeparateRollback | null {
  const found = database
    .prepare<unknown[], SeparateRollback>(
      `SELECT r.rollback_id AS rollbackId, r.reason, r.to_version AS toVersion, r.settled, s.service, s.status = 'running' AS isRunning
       FROM rollbacks r JOIN deployment_stages s ON s.run_id = r.rollback_id AND s.deployment_id = r.deployment_id
       WHERE r.deployment_id = ? ORDER BY r.settled, r.id DESC LIMIT 1`,
    )
    .get(deploymentId);
  return found ?? null;
}
