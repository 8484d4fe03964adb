import type { Database } from '../../file/addon.ts';
import { prunedPrefix } from '../pruned.ts';

/**
 * The ID of a deployment that a backup has, and that its ledger neither has nor deleted by `prune`; null if there is
 * none. The numbers of rows do not show it: a ledger that was restored uses them again.
 */
export function lackingDeployment(ledger: Database, backup: Database): string | null {
  const ids = backup
    .prepare(
      "SELECT json_group_array(deployment_id) FROM main.deployment_metrics WHERE typeof(deployment_id) = 'text'",
    )
    .pluck()
    .get();
  const lacking = ledger
    .prepare<unknown[], string>(
      `SELECT value FROM json_each(?) WHERE value NOT IN (SELECT deployment_id FROM main.deployment_metrics WHERE deployment_id IS NOT NULL)
       AND '${prunedPrefix}' || value NOT IN (SELECT mark_id FROM main.marks_seen) LIMIT 1`,
    )
    .pluck()
    .get(ids);
  return lacking ?? null;
}
