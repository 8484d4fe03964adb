import type { Database } from '../file/addon.ts';
import { type PendingGroup, pendingColumns } from './deliveries.ts';

/** One group as it is now. */
export function groupNow(database: Database, groupId: number): PendingGroup {
  return database.prepare(`SELECT ${pendingColumns} FROM groups WHERE id = ?`).get(groupId) as PendingGroup;
}

/** Whether the totals of the group continue from this gateway's, and no other ledger may have pushed it since. */
export function isAdopted(
  { adoptedUrl, mustRead }: Pick<PendingGroup, 'adoptedUrl' | 'mustRead'>,
  url: string,
): boolean {
  return adoptedUrl === url && mustRead === 0;
}
