import type { Database } from '../file/addon.ts';
import { everyRowIsFit, knowRows } from '../fit/views.ts';
import { rangesOfRows } from './cover.ts';
import { hasMany, stateOf } from './state.ts';
import { hasWrong } from './stored.ts';
import { everything, type Range } from './units.ts';

const table = 'deployment_metrics';

/** Whether all deployments that began in a range are valid. */
export function isFitIn(database: Database, { from, until }: Range): boolean {
  const where = 'deployment_started_at >= @from AND deployment_started_at < @until';
  return everyRowIsFit(database, { table, where, values: { from, until } });
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
  knowRows(database, { table, isFit: everyRowIsFit(database, { table, where: 'true', values: {} }) });
}

function isFitNow(database: Database): boolean {
  if (!hasMany(database, everything)) return everyRowIsFit(database, { table, where: 'true', values: {} });
  if (hasWrong(database)) return false;
  // In no range of texts.
  const elsewhere = "deployment_started_at IS NULL OR deployment_started_at >= x''";
  return (
    everyRowIsFit(database, { table, where: elsewhere, values: {} }) &&
    rangesOfRows(database, { state: stateOf(database), range: everything }).every((range) =>
      isFitIn(database, range),
    )
  );
}
