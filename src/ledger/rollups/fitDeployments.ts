import type { Database } from '../file/addon.ts';
import { everyRowIsFit, knowRows } from '../fit/views.ts';
import { rangesOfRows } from './cover.ts';
import { hasMany, stateOf } from './state.ts';
import { hasWrong } from './stored.ts';
import { everything, type Range } from './units.ts';

const table = 'deployment_metrics';

/** Each from the index of starts. */
const inNoRange = ['deployment_started_at IS NULL', "deployment_started_at >= x''"];

/** Whether all deployments that began in a range are valid. */
export function isFitIn(database: Database, { from, until }: Range): boolean {
  const condition = 'deployment_started_at >= @from AND deployment_started_at < @until';
  return everyRowIsFit(database, { table, condition, values: { from, until } });
}

/**
 * Checks all deployments now, for callers that read them more than once: those that are rolled up were checked then. Returns whether all
 * are valid; then their rows are not checked again. Applies to the present content of the ledger.
 */
export function lookThrough(database: Database): boolean {
  const isFit = isFitNow(database);
  knowRows(database, { table, isFit });
  return isFit;
}

/** The same without trust in roll-ups: every row is read. */
export function lookThroughRows(database: Database): void {
  knowRows(database, { table, isFit: everyRowIsFit(database, { table, condition: 'true', values: {} }) });
}

function isFitNow(database: Database): boolean {
  if (!hasMany(database, everything))
    return everyRowIsFit(database, { table, condition: 'true', values: {} });
  if (hasWrong(database)) return false;
  const ranges = rangesOfRows(database, { state: stateOf(database), range: everything });
  return (
    inNoRange.every((condition) => everyRowIsFit(database, { table, condition, values: {} })) &&
    ranges.every((range) => isFitIn(database, range))
  );
}
