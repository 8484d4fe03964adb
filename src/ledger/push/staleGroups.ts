import type { Database } from '../file/addon.ts';
import { type PendingGroup, pendingColumns } from './deliveries.ts';

/** The deployment of this group is gone. The ledger keeps its rows; the next mark in the group undoes this. */
export function markGone(
  database: Database,
  { groupId, nowMs, why }: { groupId: number; nowMs: number; why: string },
): void {
  database
    .prepare('UPDATE groups SET gone_at = ?, gone_why = ? WHERE id = ? AND gone_at IS NULL')
    .run(nowMs, why, groupId);
}

/** Groups that went at this time or before (milliseconds since 1970) and are still shown. */
export function staleGroups(database: Database, untilMs: number): PendingGroup[] {
  return database
    .prepare<unknown[], PendingGroup>(
      `SELECT ${pendingColumns} FROM groups WHERE aged_out = 0 AND gone_at <= ? ORDER BY id`,
    )
    .all(untilMs);
}

/** Neither shown nor pushed any more, unless it has come back meanwhile. */
export function ageOut(database: Database, groupId: number): void {
  database.prepare('UPDATE groups SET aged_out = 1 WHERE id = ? AND gone_at IS NOT NULL').run(groupId);
}
