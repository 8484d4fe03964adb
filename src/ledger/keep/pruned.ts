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

/**
 * Whether a mark belongs to a deployment that was deleted after the mark was made: it has counted. A newer deployment
 * may have the same ID.
 */
export function isOfPruned(
  database: Database,
  { deploymentId, at }: Pick<Mark, 'deploymentId' | 'at'>,
): boolean {
  const found = database
    .prepare<unknown[], string>(
      `SELECT at FROM marks_seen WHERE mark_id = ?
       AND NOT EXISTS (SELECT 1 FROM deployment_metrics WHERE deployment_id = ?)`,
    )
    .pluck()
    .get(key(deploymentId), deploymentId);
  return found !== undefined && at.wallMs < Date.parse(found);
}
