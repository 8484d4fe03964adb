import type { Database } from '../ledger/file/addon.ts';
import { sequence } from '../ledger/push/deliveries.ts';
import { readSnapshot } from '../ledger/push/snapshot.ts';
import type { GroupSnapshot } from '../metrics/snapshot.ts';

/** The group's state and its sequence number, of one moment. */
export function snapshotNow(
  database: Database,
  group: { groupId: number; programVersion: string },
): { seq: number; snapshot: GroupSnapshot } {
  database.exec('BEGIN');
  try {
    return { seq: sequence(database, group.groupId).seq, snapshot: readSnapshot(database, group) };
  } finally {
    database.exec('COMMIT');
  }
}
