import type { Database } from '../file/addon.ts';
import type { Site } from '../read/endedSites.ts';
import type { Selected } from '../rows.ts';

/** What a freeze is for; null: every deployment, every environment. */
export interface FreezeScope {
  readonly deployment: string | null;
  readonly environment: string | null;
}

/** A freeze that a person has set. Times are ISO 8601. */
export type Freeze = Selected<
  'freezes',
  {
    freezeId: 'freeze_id';
    createdAt: 'created_at';
    deployment: 'deployment';
    environment: 'environment';
    until: 'until';
    reason: 'reason';
    setBy: 'set_by';
  }
>;

const columns =
  'freeze_id AS freezeId, created_at AS createdAt, deployment, environment, until, reason, set_by AS setBy';
const inForce = 'thawed_at IS NULL AND until > @now';

/** Those in force for a site, the one that ends last first. */
export function freezesOf(database: Database, { site, now }: { site: Site; now: string }): Freeze[] {
  return database
    .prepare<unknown[], Freeze>(
      `SELECT ${columns} FROM freezes WHERE ${inForce} AND (deployment IS NULL OR deployment = @deployment)
         AND (environment IS NULL OR environment = @environment) ORDER BY until DESC, id`,
    )
    .all({ ...site, now });
}

export function freezesInForce(database: Database, now: string): Freeze[] {
  return database
    .prepare<unknown[], Freeze>(`SELECT ${columns} FROM freezes WHERE ${inForce} ORDER BY id`)
    .all({ now });
}

/** Whether the ledger has a freeze, in force or not. */
export function hasFreeze(database: Database, freezeId: string): boolean {
  return database.prepare('SELECT 1 FROM freezes WHERE freeze_id = ?').get(freezeId) !== undefined;
}

export function addFreeze(database: Database, freeze: Freeze): void {
  database
    .prepare(
      `INSERT INTO freezes (freeze_id, created_at, deployment, environment, until, reason, set_by)
       VALUES (@freezeId, @createdAt, @deployment, @environment, @until, @reason, @setBy)`,
    )
    .run({ ...freeze });
}

/** Ends the freezes in force with an ID, or without one those with exactly this scope. Returns them. */
export function thaw(
  database: Database,
  {
    freezeId,
    scope,
    now,
    by,
  }: { freezeId: string | null; scope: FreezeScope; now: string; by: string | null },
): Freeze[] {
  const which =
    freezeId === null ? 'deployment IS @deployment AND environment IS @environment' : 'freeze_id = @freezeId';
  return database
    .prepare<unknown[], Freeze>(
      `UPDATE freezes SET thawed_at = @now, thawed_by = @by WHERE ${inForce} AND ${which} RETURNING ${columns}`,
    )
    .all({ ...scope, now, by, ...(freezeId === null ? {} : { freezeId }) });
}
