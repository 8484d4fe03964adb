import type { Mark } from '../../marks.ts';
import { takesMarks } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import type { Selected } from '../rows.ts';
import { isNotOpen } from '../statuses.ts';

/**
 * Stores a mark of an open deployment as it was made: until the deployment is finished another ledger can import it
 * (`export`, `import`). A mark after the end has its row, and is exported with that.
 */
export function saveOpenMark(database: Database, mark: Mark): void {
  database
    .prepare(
      `INSERT INTO marks_kept (deployment_id, mark_id, mark) SELECT @deploymentId, @markId, @text WHERE NOT EXISTS
       (SELECT 1 FROM deployment_metrics WHERE deployment_id = @deploymentId AND ${isNotOpen})`,
    )
    .run({ deploymentId: mark.deploymentId, markId: mark.markId, text: JSON.stringify(mark) });
}

/** The marks of one open deployment, in the order they were made. */
export function openMarks(database: Database, deploymentId: string): Mark[] {
  return database
    .prepare('SELECT mark FROM marks_kept WHERE deployment_id = ? ORDER BY id')
    .pluck()
    .all(deploymentId)
    .map((text) => JSON.parse(text as string) as Mark);
}

/** Whether a mark was imported before, or made here and not finished yet. */
export function isKnownMark(database: Database, markId: string): boolean {
  const known = database.prepare(
    'SELECT EXISTS (SELECT 1 FROM marks_seen WHERE mark_id = @markId) OR EXISTS (SELECT 1 FROM marks_kept WHERE mark_id = @markId)',
  );
  return known.pluck().get({ markId }) === 1;
}

/** Notes the IDs of exported marks, so that they are recognized when they come back. */
export function noteSeen(
  database: Database,
  { markIds, at }: { markIds: readonly string[]; at: string },
): void {
  const note = database.prepare('INSERT OR IGNORE INTO marks_seen VALUES (?, ?)');
  for (const markId of markIds) note.run(markId, at);
}

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
