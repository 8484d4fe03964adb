import { isoTime } from '../../model.ts';
import type { Database } from '../file/addon.ts';

/** An external event, by its own ID. */
export interface OutsideEvent {
  readonly source: string;
  readonly eventId: string;
  readonly atMs: number;
  readonly deploymentId: string | null;
}

/** Notes an event inside the transaction that records it; false if it was recorded before: then it changes nothing. */
export function isFirstSight(database: Database, event: OutsideEvent): boolean {
  const { source, eventId, atMs, deploymentId } = event;
  const note = database.prepare('INSERT OR IGNORE INTO collected_events VALUES (?, ?, ?, ?)');
  return note.run(source, eventId, isoTime(atMs), deploymentId).changes === 1;
}

/** Whether an event was recorded before; notes nothing. */
export function wasSeen(
  database: Database,
  { source, eventId }: Pick<OutsideEvent, 'source' | 'eventId'>,
): boolean {
  const found = database.prepare('SELECT 1 FROM collected_events WHERE source = ? AND event_id = ?');
  return found.get(source, eventId) !== undefined;
}

/** Forgets events of a source that are too old to be sent again. */
export function forgetEvents(
  database: Database,
  { source, beforeMs }: { source: string; beforeMs: number },
): void {
  database.prepare('DELETE FROM collected_events WHERE source = ? AND at < ?').run(source, isoTime(beforeMs));
}
