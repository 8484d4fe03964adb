import type { GroupKey } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import { type PendingGroup, pendingColumns } from './deliveries.ts';

/** One group as it is now. */
export function groupNow(database: Database, groupId: number): PendingGroup {
  return database.prepare(`SELECT ${pendingColumns} FROM groups WHERE id = ?`).get(groupId) as PendingGroup;
}

/** Every group that this ledger has ever had, also those that have aged out. */
export function knownGroups(database: Database): GroupKey[] {
  return database
    .prepare<unknown[], GroupKey>('SELECT instance, deployment, environment FROM groups ORDER BY id')
    .all();
}
