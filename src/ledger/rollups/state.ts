import type { Context } from '../../context.ts';
import { isoTime } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import { everything, last, type Range } from './units.ts';

/** What is rolled up: all hours from `reach` on, but for the changed units and those that contain them. */
export interface RollupState {
  /** Rows that began before it are not rolled up. Empty: all are. */
  readonly reach: string;
  /** Ascending. */
  readonly changed: readonly string[];
}

/** A ledger with fewer deployments than this is always read row by row: that is exact, and as fast. */
export const fewDeployments = 2000;

export function reachOf(database: Database): string {
  return database.prepare<[], string>('SELECT since FROM rollup_reach').pluck().get() ?? last;
}

export function stateOf(database: Database): RollupState {
  const changed = database.prepare<[], string>('SELECT unit FROM rollup_changes ORDER BY unit').pluck().all();
  return { reach: reachOf(database), changed };
}

/** Whether the roll-up of a unit is the one of its rows. */
export function isCurrent({ reach, changed }: RollupState, unit: string): boolean {
  if (unit < reach) return false;
  const next = changed[firstFrom(changed, unit)];
  return next === undefined || !next.startsWith(unit);
}

/** The index of the first text that is not before another one. */
function firstFrom(ascending: readonly string[], text: string): number {
  let [low, high] = [0, ascending.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((ascending[middle] ?? '') < text) low = middle + 1;
    else high = middle;
  }
  return low;
}

/**
 * Whether there is anything to roll up, in a ledger large enough to be read from roll-ups. `now`: ISO 8601; the units that it is in have not
 * ended.
 */
export function isBehind(database: Database, now: string): boolean {
  const isChanged = database
    .prepare('SELECT 1 FROM rollup_changes WHERE unit >= ? AND unit <> substr(?, 1, length(unit)) LIMIT 1')
    .get(reachOf(database), now);
  return (isChanged !== undefined || reachOf(database) !== '') && hasMany(database, everything);
}

/** The same by the clock; false if the ledger cannot be read now. */
export function isBehindNow(context: Pick<Context, 'instant'>, database: Database): boolean {
  try {
    return isBehind(database, isoTime(context.instant().wallMs));
  } catch {
    return false;
  }
}

/** Whether at least `fewDeployments` began in a range, of whatever site and status. */
export function hasMany(database: Database, { from, until }: Range): boolean {
  return (
    database
      .prepare<[string, string], number>(
        `SELECT 1 FROM main.deployment_metrics WHERE deployment_started_at >= ? AND deployment_started_at < ?
         LIMIT 1 OFFSET ${fewDeployments - 1}`,
      )
      .get(from, until) !== undefined
  );
}
