import type { GroupKey } from '../../model.ts';
import { type DeploymentRow, groupKeyOf } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import type { Rows } from '../rows.ts';

/** The id of a group's row, made on first use. `instance` is lower case; the row's `hostname` keeps the spelling. */
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

/** The group has a newer truth than what was delivered: dirty until a 2xx for this sequence number or a later one. */
export function newSequence(database: Database, id: number): void {
  database.prepare('UPDATE groups SET seq = seq + 1 WHERE id = ?').run(id);
}

/** The same, after something happened in it: a group that was gone is back. */
export function touchGroup(database: Database, id: number): void {
  database
    .prepare('UPDATE groups SET seq = seq + 1, gone_at = NULL, gone_why = NULL, aged_out = 0 WHERE id = ?')
    .run(id);
}

/** The deployment's group has news, where it has a group. */
export function touchGroupOf(database: Database, row: DeploymentRow): void {
  if (!row.fragment) touchGroup(database, groupId(database, groupKeyOf(row)));
}

/**
 * What the gateway holds of this group is to be read again: another ledger may have pushed it since. Until somebody has,
 * marks push nothing.
 */
export function forgetBaseline(database: Database, id: number): void {
  database.prepare('UPDATE groups SET adopted_url = NULL WHERE id = ?').run(id);
}
