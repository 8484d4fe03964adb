import type { GroupKey } from '../../model.ts';
import { type DeploymentRow, groupKeyOf } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import type { Rows } from '../rows.ts';

/** The ID of a group's row, created on first use. `instance` is lower case; the row's `hostname` keeps the spelling. */
export function groupId(database: Database, key: GroupKey): number {
  const values = [key.instance.toLowerCase(), key.deployment, key.environment];
  const find = database
    .prepare<unknown[], Rows['groups']['id']>(
      'SELECT id FROM groups WHERE instance = ? AND deployment = ? AND environment = ?',
    )
    .pluck();
  const found = find.get(...values);
  if (found !== undefined) return found;
  return Number(
    database.prepare('INSERT INTO groups (instance, deployment, environment) VALUES (?, ?, ?)').run(...values)
      .lastInsertRowid,
  );
}

/** The group has a newer state than what was pushed: pending until a 2xx for this sequence number or a later one. */
export function newSequence(database: Database, id: number): void {
  database.prepare('UPDATE groups SET seq = seq + 1 WHERE id = ?').run(id);
}

/** The same, after an event in it: a group that was gone is back. */
export function touchGroup(database: Database, id: number): void {
  database
    .prepare('UPDATE groups SET seq = seq + 1, gone_at = NULL, gone_why = NULL, aged_out = 0 WHERE id = ?')
    .run(id);
}

/** The deployment's group has news, if it has a group. */
export function touchGroupOf(database: Database, row: DeploymentRow): void {
  if (!row.fragment) touchGroup(database, groupId(database, groupKeyOf(row)));
}

/**
 * The gateway's state of this group must be read again: another ledger may have pushed it since. Until then marks push
 * nothing.
 */
export function forgetBaseline(database: Database, id: number): void {
  database.prepare('UPDATE groups SET adopted_url = NULL WHERE id = ?').run(id);
}
