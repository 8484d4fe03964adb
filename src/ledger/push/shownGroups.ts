import type { Database } from '../file/addon.ts';
import type { Selected } from '../rows.ts';

/** The current state of a group: another `seq` is another text. */
export interface ShownGroup {
  readonly groupId: number;
  readonly seq: number;
}

/** The groups that are shown: all that have not aged out. */
export function shownGroups(database: Database): ShownGroup[] {
  return database
    .prepare<unknown[], Selected<'groups', { groupId: 'id'; seq: 'seq' }>>(
      'SELECT id AS groupId, seq FROM groups WHERE aged_out = 0 ORDER BY instance, deployment, environment',
    )
    .all();
}

/** Notes that Prometheus scrapes these groups here. Milliseconds since 1970. */
export function noteScraped(database: Database, nowMs: number): void {
  database.prepare('UPDATE groups SET scraped_at = ? WHERE aged_out = 0').run(nowMs);
}
