import type { GroupKey } from '../../model.ts';
import type { Database } from '../file/addon.ts';

/** Every group that this ledger has ever had, also those that have aged out. */
export function knownGroups(database: Database): GroupKey[] {
  return database
    .prepare<unknown[], GroupKey>('SELECT instance, deployment, environment FROM groups ORDER BY id')
    .all();
}
