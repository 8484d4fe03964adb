import type { Database } from '../file/addon.ts';
import type { Rows } from '../rows.ts';
import { sequence } from './deliveries.ts';
import type { RemoteTotals } from './remoteTotals.ts';
import { ledgerId } from './snapshot.ts';

/** The content of a gateway for a group. */
export interface RemoteGroup {
  readonly exists: boolean;
  readonly ledgerId: string | null;
  readonly events: number | null;
  readonly totals: RemoteTotals;
}

const eventsFamily = 'deploytrack_ledger_events_total';
/** A label of 128 bytes is cut at a character, of which the longest has 4. */
const shortestCutBytes = 125;

/**
 * Makes the gateway's state the baseline of this ledger's totals, if another ledger wrote it, or if it is newer than
 * this ledger (an older copy of the file was restored): baseline + what was counted here and not pushed. Our own group,
 * or none, changes nothing; after a repair it is what no total may be below. True if there is a new baseline.
 */
export function seedFromGateway(
  database: Database,
  { groupId, url, held, nowMs }: { groupId: number; url: string; held: RemoteGroup; nowMs: number },
): boolean {
  const { deliveredSeq } = sequence(database, groupId);
  const repair = repairOf(database, groupId);
  const isRepaired = repair !== null && (repair === 'new ID' || held.ledgerId === ledgerId(database));
  if (isRepaired) takeBack(database, { groupId, held });
  if (repair !== null) forgetRepair(database, groupId);
  const foreign =
    held.exists &&
    held.totals.length > 0 &&
    !isRepaired &&
    (held.ledgerId !== ledgerId(database) || isAhead(database, { groupId, held }));
  if (foreign) rebase(database, { groupId, held, deliveredSeq });
  database
    .prepare(
      'UPDATE groups SET adopted_url = ?, adopted_at = ?, adopted_from = coalesce(?, adopted_from) WHERE id = ?',
    )
    .run(url, nowMs, foreign ? (held.ledgerId ?? 'unknown') : null, groupId);
  return foreign || isRepaired;
}

/** What a damaged ledger has lost and the gateway still holds. */
function takeBack(database: Database, { groupId, held }: { groupId: number; held: RemoteGroup }): void {
  raiseTotals(database, { groupId, totals: held.totals });
  raiseEvents(database, { groupId, family: eventsFamily, events: held.events ?? 0 });
  declareStages(database, { groupId, held });
  declareWords(database, { groupId, held });
}

/** The ledger whose pushed totals this group continues from; null if there was none. */
export function seededFrom(database: Database, groupId: number): string | null {
  return database.prepare('SELECT adopted_from FROM groups WHERE id = ?').pluck().get(groupId) as
    | string
    | null;
}

/** Whether the gateway's group is older than what was pushed: the gateway was restarted, or lost it. */
export function isBehind(
  database: Database,
  { groupId, held }: { groupId: number; held: RemoteGroup },
): boolean {
  const delivered = database
    .prepare('SELECT delivered_seq FROM groups WHERE id = ?')
    .pluck()
    .get(groupId) as number;
  return !held.exists || (held.events ?? 0) < delivered + eventsBase(database, groupId);
}

/**
 * Whether our own group there has a later state of this ledger than the file: an older copy was restored. A push whose
 * response was lost is in the file, and so is every total of it.
 */
export function isAhead(
  database: Database,
  { groupId, held }: { groupId: number; held: RemoteGroup },
): boolean {
  const { seq, deliveredSeq } = sequence(database, groupId);
  const base = eventsBase(database, groupId);
  const events = held.events ?? 0;
  if (events > seq + base) return true;
  return events > deliveredSeq + base && held.totals.some((total) => isMore(database, { groupId, total }));
}

/** Whether a total of the gateway is above ours. Labels that may have been cut are ignored. */
function isMore(
  database: Database,
  { groupId, total }: { groupId: number; total: RemoteGroup['totals'][number] },
): boolean {
  const { family, labels, part, value } = total;
  if (labels.some((label) => Buffer.byteLength(label) >= shortestCutBytes)) return false;
  const find = database
    .prepare<unknown[], Rows['totals']['value']>(
      'SELECT value + base FROM totals WHERE group_id = ? AND family = ? AND labels = ? AND part = ?',
    )
    .pluck();
  return value > (find.get(groupId, family, JSON.stringify(labels), part) ?? 0);
}

function rebase(
  database: Database,
  { groupId, held, deliveredSeq }: { groupId: number; held: RemoteGroup; deliveredSeq: number },
): void {
  // Totals that the gateway does not have are zero there.
  database.prepare('UPDATE totals SET base = -delivered WHERE group_id = ?').run(groupId);
  const set = database.prepare(
    `INSERT INTO totals (group_id, family, labels, part, value, delivered, base) VALUES (@groupId, @family, @labels, @part, 0, 0, @value)
     ON CONFLICT DO UPDATE SET base = @value - delivered`,
  );
  for (const { family, labels, part, value } of held.totals)
    set.run({ groupId, family, labels: JSON.stringify(labels), part, value });
  declareStages(database, { groupId, held });
  declareWords(database, { groupId, held });
  set.run({ groupId, family: eventsFamily, labels: '[]', part: '', value: 0 });
  database
    .prepare('UPDATE totals SET base = ? WHERE group_id = ? AND family = ?')
    .run((held.events ?? 0) - deliveredSeq, groupId, eventsFamily);
}

/** Declarations of the other ledger count towards our limits too. */
function declareStages(database: Database, { groupId, held }: { groupId: number; held: RemoteGroup }): void {
  const defaultService = database.prepare('SELECT deployment FROM groups WHERE id = ?').pluck().get(groupId);
  const declare = database.prepare(
    "INSERT OR IGNORE INTO declarations VALUES (?, ?, ?, strftime('%Y-%m-%dT%H:%M:%fZ'))",
  );
  for (const { family, labels } of held.totals) {
    const [service = '', stage = ''] = labels;
    if (family !== 'deployment_stage_duration_seconds' || stage === '') continue;
    declare.run(groupId, 'stage', JSON.stringify([service, stage]));
    if (service !== defaultService) declare.run(groupId, 'service', service);
  }
}

/** The open vocabulary of a family is its first label. */
const wordFamilies: Readonly<Record<string, string>> = {
  smoke_test_total: 'test',
  deployment_infrastructure_cost_usd_total: 'resource',
};

function declareWords(database: Database, { groupId, held }: { groupId: number; held: RemoteGroup }): void {
  const declare = database.prepare(
    "INSERT OR IGNORE INTO declarations VALUES (?, ?, ?, strftime('%Y-%m-%dT%H:%M:%fZ'))",
  );
  for (const { family, labels } of held.totals) {
    const kind = wordFamilies[family];
    const word = labels[0] ?? '';
    if (kind !== undefined && word !== '' && word !== 'other') declare.run(groupId, kind, word);
  }
}

function eventsBase(database: Database, groupId: number): number {
  return (
    database
      .prepare<unknown[], Rows['totals']['base']>('SELECT base FROM totals WHERE group_id = ? AND family = ?')
      .pluck()
      .get(groupId, eventsFamily) ?? 0
  );
}

/**
 * An entry of `declarations` that no text shows: the totals of this group may lack what was lost with a damaged ledger.
 * Its value says whether the ledger has its old ID.
 */
const repairedKind = 'repaired';

/** Notes all groups of a repaired ledger. */
export function noteRepaired(database: Database, { isNewId, now }: { isNewId: boolean; now: string }): void {
  database
    .prepare('INSERT OR REPLACE INTO declarations SELECT id, ?, ?, ? FROM groups')
    .run(repairedKind, isNewId ? 'new ID' : 'same ID', now);
}

/** How a group was repaired; null if it was not, or if its gateway was read since. */
function repairOf(database: Database, groupId: number): 'new ID' | 'same ID' | null {
  const found = database
    .prepare('SELECT value FROM declarations WHERE group_id = ? AND kind = ?')
    .pluck()
    .get(groupId, repairedKind);
  return found === 'new ID' || found === 'same ID' ? found : null;
}

function forgetRepair(database: Database, groupId: number): void {
  database.prepare('DELETE FROM declarations WHERE group_id = ? AND kind = ?').run(groupId, repairedKind);
}

/**
 * For a copy that may be restored: its counts that are not pushed yet will be pushed by the ledger itself. A gateway that
 * is ahead of the copy then has them, one that is behind gets them again; neither adds them to what it holds. No mark
 * pushes lower totals before the gateway is read.
 */
export function noteAsDelivered(database: Database): void {
  database.exec(`UPDATE totals SET delivered = value WHERE delivered <> value;
    UPDATE groups SET delivered_seq = seq, adopted_url = NULL`);
}

/**
 * Raises each total to what the gateway holds, if that is more. Nothing is added up: what the gateway holds was counted
 * here, before the damage. Returns whether a total was raised.
 */
function raiseTotals(
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
function raiseEvents(
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
