import type { Database } from '../file/addon.ts';

/**
 * An entry of `declarations` that no text shows: a gateway that was sent the group and has not removed it since. Written
 * from when several gateways are set. All but the one that the group is on now are still to be deleted.
 */
const copyKind = 'copy';

/** A gateway that may still hold a group that is on another one now. */
export interface LeftCopy {
  readonly groupId: number;
  readonly url: string;
  /** When the group left it, ISO 8601. */
  readonly at: string;
}

/**
 * The group is about to be pushed to `url`. Its former gateway, which is returned, and those of `elsewhere`, may hold it
 * until it is deleted there; null if it does not move.
 */
export function noteMove(
  database: Database,
  { groupId, url, elsewhere, at }: { groupId: number; url: string; elsewhere: readonly string[]; at: string },
): string | null {
  const former =
    database
      .prepare<unknown[], string>('SELECT adopted_url FROM groups WHERE id = ? AND adopted_url <> ?')
      .pluck()
      .get(groupId, url) ?? null;
  if (former !== null)
    database
      .prepare('INSERT OR REPLACE INTO declarations VALUES (?, ?, ?, ?)')
      .run(groupId, copyKind, former, at);
  const note = database.prepare('INSERT OR IGNORE INTO declarations VALUES (?, ?, ?, ?)');
  for (const one of [url, ...elsewhere]) note.run(groupId, copyKind, one, at);
  return former;
}

/** The group is no longer at this address. */
export function forgetCopy(database: Database, { groupId, url }: Pick<LeftCopy, 'groupId' | 'url'>): void {
  database
    .prepare('DELETE FROM declarations WHERE group_id = ? AND kind = ? AND value = ?')
    .run(groupId, copyKind, url);
}

/** Every address that was sent the group while several were set, and has not removed it since. */
export function copiesOf(database: Database, groupId: number): string[] {
  return database
    .prepare<unknown[], string>(
      'SELECT value FROM declarations WHERE group_id = ? AND kind = ? ORDER BY value',
    )
    .pluck()
    .all(groupId, copyKind);
}

/** The copies of all groups that are still to be deleted: those at another address than the group itself. */
export function leftCopies(database: Database): LeftCopy[] {
  return database
    .prepare<unknown[], LeftCopy>(
      `SELECT d.group_id AS groupId, d.value AS url, d.at AS at FROM groups g JOIN declarations d ON d.group_id = g.id
       WHERE d.kind = ? AND d.value <> g.adopted_url ORDER BY d.group_id, d.value`,
    )
    .all(copyKind);
}
