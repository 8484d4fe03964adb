import type { Database } from '../file/addon.ts';

/** Whether a rollback of this deployment has begun: later marks belong to the rollback. */
export function isRolledBack(database: Database, { deploymentId }: { deploymentId: string }): boolean {
  const known = database.prepare('SELECT EXISTS (SELECT 1 FROM rollbacks WHERE deployment_id = ?)').pluck();
  return known.get(deploymentId) === 1;
}
