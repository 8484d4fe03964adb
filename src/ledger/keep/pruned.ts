import type { Mark } from '../../marks.ts';
import type { Database } from '../file/addon.ts';

/** IDs of marks contain no space, so no mark has the ID of such an entry of `marks_seen`. */
export const prunedPrefix = 'pruned: ';
const key = (deploymentId: string) => `${prunedPrefix}${deploymentId}`;

/** Notes that deployments were deleted: a mark of theirs that was imported again would count a second time. */
export function notePruned(database: Database, { ids, at }: { ids: readonly string[]; at: string }): void {
  const note = database.prepare(
    'INSERT INTO marks_seen VALUES (?, ?) ON CONFLICT (mark_id) DO UPDATE SET at = excluded.at',
  );
  for (const id of ids) note.run(key(id), at);
}

/** Whether a deployment with this ID was deleted. Others give an ID once: what they say of it later is old. */
export function wasPruned(database: Database, deploymentId: string): boolean {
  return database.prepare('SELECT 1 FROM marks_seen WHERE mark_id = ?').get(key(deploymentId)) !== undefined;
}

/**
 * Whether a mark belongs to a deployment that was deleted after the mark was made: it has counted. What is there under
 * its ID may be a newer deployment, late marks, or the deleted one imported as history; none of them gets the mark.
 */
export function isOfPruned(
  database: Database,
  { deploymentId, at }: Pick<Mark, 'deploymentId' | 'at'>,
): boolean {
  const found = database
    .prepare<unknown[], string>(
      `SELECT at FROM marks_seen WHERE mark_id = ? AND NOT EXISTS
       (SELECT 1 FROM deployment_metrics d WHERE d.deployment_id = ? AND d.fragment = 0 AND d.deployment_started_at < marks_seen.at
         AND NOT EXISTS (SELECT 1 FROM imported_deployments i WHERE i.deployment_id = d.deployment_id))`,
    )
    .pluck()
    .get(key(deploymentId), deploymentId);
  return found !== undefined && at.wallMs < Date.parse(found);
}
