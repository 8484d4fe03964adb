import type { Database } from '../file/addon.ts';
import type { RemoteTotals } from './remoteTotals.ts';

/**
 * An entry of `declarations` that no text shows: the totals of this group may lack what was lost with a damaged ledger.
 * Its value says whether the ledger has its old ID.
 */
const kind = 'repaired';

/** Notes all groups of a repaired ledger. */
export function noteRepaired(database: Database, { isNewId, now }: { isNewId: boolean; now: string }): void {
  database
    .prepare('INSERT OR REPLACE INTO declarations SELECT id, ?, ?, ? FROM groups')
    .run(kind, isNewId ? 'new ID' : 'same ID', now);
}

/** How a group was repaired; null if it was not, or if its gateway was read since. */
export function repairOf(database: Database, groupId: number): 'new ID' | 'same ID' | null {
  const found = database
    .prepare('SELECT value FROM declarations WHERE group_id = ? AND kind = ?')
    .pluck()
    .get(groupId, kind);
  return found === 'new ID' || found === 'same ID' ? found : null;
}

export function forgetRepair(database: Database, groupId: number): void {
  database.prepare('DELETE FROM declarations WHERE group_id = ? AND kind = ?').run(groupId, kind);
}

/**
 * Raises each total to what the gateway holds, if that is more. Nothing is added up: what the gateway holds was counted
 * here, before the damage. Returns whether a total was raised.
 */
export function raiseTotals(
  database: Database,
  { groupId, totals }: { groupId: number; totals: RemoteTotals },
): boolean {
  const raise = database.prepare(
    `INSERT INTO totals (group_id, family, labels, part, value, delivered, base) VALUES (@groupId, @family, @labels, @part, 0, 0, @held)
     ON CONFLICT DO UPDATE SET base = @held - value WHERE value + base < @held`,
  );
  let raised = 0;
  for (const { family, labels, part, value: held } of totals)
    raised += raise.run({ groupId, family, labels: JSON.stringify(labels), part, held }).changes;
  return raised > 0;
}

/** The number of events that is pushed is never lower than the gateway's. */
export function raiseEvents(
  database: Database,
  { groupId, family, events }: { groupId: number; family: string; events: number },
): void {
  const seq = database.prepare('SELECT seq FROM groups WHERE id = ?').pluck().get(groupId) as number;
  database
    .prepare(
      `INSERT INTO totals (group_id, family, labels, part, value, delivered, base) VALUES (?, ?, '[]', '', 0, 0, max(0, ?))
       ON CONFLICT DO UPDATE SET base = max(base, excluded.base)`,
    )
    .run(groupId, family, events - seq);
}
