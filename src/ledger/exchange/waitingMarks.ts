import type { Mark } from '../../marks.ts';
import { takesMarks } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import type { Selected } from '../rows.ts';

/**
 * IDs of deployments contain no space, so in `marks_kept` these entries belong to no deployment, whatever happens to
 * the row.
 */
const waits = 'waits: ';
const waitsEnd = 'waits:!';

/** Stores a mark whose deployment has an invalid row, until the row can be used. */
export function saveWaiting(database: Database, mark: Mark): void {
  database
    .prepare('INSERT INTO marks_kept (deployment_id, mark_id, mark) VALUES (?, ?, ?)')
    .run(waits + mark.deploymentId, mark.markId, JSON.stringify(mark));
}

/** The marks whose row was fixed or deleted since, in the order they were made, by their number. */
export function readyMarks(database: Database): number[] {
  const waiting = database
    .prepare<unknown[], Selected<'marks_kept', { id: 'id'; key: 'deployment_id' }>>(
      'SELECT id, deployment_id AS key FROM main.marks_kept WHERE deployment_id BETWEEN ? AND ?',
    )
    .all(waits, waitsEnd);
  const ids = new Set(waiting.map(({ key }) => key.slice(waits.length)));
  const ready = new Set([...ids].filter((id) => takesMarks(database, id)));
  return waiting
    .filter(({ key }) => ready.has(key.slice(waits.length)))
    .map(({ id }) => id)
    .sort((one, other) => one - other);
}

/** The text of a waiting mark, which is removed; null if another process was faster. */
export function takeWaiting(database: Database, id: number): string | null {
  const found = database.prepare('DELETE FROM marks_kept WHERE id = ? RETURNING mark').pluck().get(id);
  return found === undefined ? null : String(found);
}
