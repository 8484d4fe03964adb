import type { Context } from '../../context.ts';
import { stopwatch } from '../../duration.ts';
import { isoTime } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import { withCachedStatements } from '../file/cacheStatements.ts';
import { hourSql } from '../file/rollupTables.ts';
import { withFitRows } from '../fit/views.ts';
import { rangeCondition } from './condition.ts';
import { isFitIn } from './fitDeployments.ts';
import { addPiece } from './readTallies.ts';
import { addRows } from './rowTallies.ts';
import { nowhere, SitesTallies } from './siteTallies.ts';
import { reachOf } from './state.ts';
import { unitsIn, writeTallies } from './stored.ts';
import { type Kind, makers } from './tallies.ts';
import { levels, parentOf, partLevel, rangeOf } from './units.ts';

/** The tables that a roll-up is computed from. */
const read = ['deployment_metrics', 'deployment_stages', 'health_verifications', 'smoke_tests', 'rollbacks'];
export const kinds = Object.keys(makers) as Kind[];

const atOnce = 200;

/**
 * Rolls up what has changed, and then what is from before there were roll-ups, for about this time, inside the caller's transaction.
 * Units that have not ended are left to the readers: they change with every mark. Returns whether nothing is left.
 */
export function fold(context: Context, { database, forMs }: { database: Database; forMs: number }): boolean {
  const tookMs = stopwatch(context);
  const now = isoTime(context.instant().wallMs);
  const work = () => {
    for (;;) {
      const units = nextUnits(database, now);
      for (const unit of units) {
        if (unit.length === levels.hour) foldHour(database, unit);
        else foldParts(database, unit);
        if (tookMs() >= forMs) return false;
      }
      if (units.length > 0) continue;
      const reach = reachOf(database);
      if (reach === '') return true;
      const earlier = hourBefore(database, reach);
      database.prepare('UPDATE rollup_reach SET since = ?').run(earlier ?? '');
      if (earlier === null) continue;
      foldHour(database, earlier);
      if (tookMs() >= forMs) return false;
    }
  };
  return withFitRows(database, { tables: read, work: () => withCachedStatements(database, work) });
}

/** The smallest first; an hour that is not reached yet is not in the list, since it is rolled up when it is. */
function nextUnits(database: Database, now: string): string[] {
  return database
    .prepare<[string, string], string>(
      `SELECT unit FROM rollup_changes WHERE unit >= ? AND unit <> substr(?, 1, length(unit))
       ORDER BY length(unit) DESC, unit DESC LIMIT ${atOnce}`,
    )
    .pluck()
    .all(reachOf(database), now);
}

/** The hour of the newest deployment before a time; null if there is none. */
function hourBefore(database: Database, time: string): string | null {
  const hour = database
    .prepare<[string], string>(
      `SELECT ${hourSql('deployment_started_at')} FROM main.deployment_metrics WHERE deployment_started_at < ?
       ORDER BY deployment_started_at DESC LIMIT 1`,
    )
    .pluck()
    .get(time.trimEnd());
  return hour ?? null;
}

function foldHour(database: Database, unit: string): void {
  const range = rangeOf(unit);
  const to = new SitesTallies({ together: false });
  addRows(database, { finished: rangeCondition({}, range), kinds, to });
  const isWrong = !isFitIn(database, range);
  writeTallies(database, { kind: 'wrong', unit, tallies: isWrong ? [{ ...nowhere, content: null }] : [] });
  settle(database, { unit, to });
}

function foldParts(database: Database, unit: string): void {
  const to = new SitesTallies({ together: false });
  const range = rangeOf(unit);
  for (const part of unitsIn(database, { level: partLevel(unit.length) ?? 0, ...range }))
    addPiece(database, { piece: { unit: part }, filter: {}, kinds, to });
  settle(database, { unit, to });
}

/** Stores the roll-up of a unit; instead of it, the next larger one has changed. */
function settle(database: Database, { unit, to }: { unit: string; to: SitesTallies }): void {
  for (const kind of kinds) {
    const tallies = to.all().map((site) => ({ ...site, content: site[kind] }));
    writeTallies(database, { kind, unit, tallies });
  }
  database.prepare('DELETE FROM rollup_changes WHERE unit = ?').run(unit);
  const parent = parentOf(unit);
  if (parent !== null)
    database.prepare('INSERT INTO rollup_changes VALUES (?) ON CONFLICT DO NOTHING').run(parent);
}
