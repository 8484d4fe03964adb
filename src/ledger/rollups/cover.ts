import type { Database } from '../file/addon.ts';
import { isCurrent, type RollupState } from './state.ts';
import { unitsIn } from './stored.ts';
import { everything, isWithinRange, levels, overlap, partLevel, type Range, rangeOf } from './units.ts';

/** A part of a period: a unit whose roll-up is current, or a range whose rows are read. */
export type Piece = { readonly unit: string } | { readonly range: Range };

interface Asked {
  readonly state: RollupState;
  readonly range: Range;
}

/**
 * The pieces that together are exactly the deployments that began in a range, in the order of time. The largest units that fit; the rows of
 * the hours that have changed, of those in which the range begins and ends, and of all that is not rolled up yet.
 */
export function cover(database: Database, { state, range }: Asked): Piece[] {
  const { reach } = state;
  const before = overlap(range, { from: everything.from, until: reach.trimEnd() });
  const after = overlap(range, { from: reach.trimEnd(), until: everything.until });
  const pieces =
    after === null ? [] : piecesOf(database, { state, range: after, level: levels.year, within: everything });
  return joined(before === null ? pieces : [{ range: before }, ...pieces]);
}

/** Those of `cover` whose rows are read. */
export function rangesOfRows(database: Database, asked: Asked): Range[] {
  return cover(database, asked).flatMap((piece) => ('range' in piece ? [piece.range] : []));
}

/** The pieces of one unit, without its own roll-up. */
export function partsOf(database: Database, { state, unit }: { state: RollupState; unit: string }): Piece[] {
  const level = partLevel(unit.length);
  if (level === null) return [{ range: rangeOf(unit) }];
  return piecesOf(database, { state, range: everything, level, within: rangeOf(unit) });
}

function piecesOf(
  database: Database,
  { state, range, level, within }: Asked & { level: number; within: Range },
): Piece[] {
  const asked = overlap(range, within);
  if (asked === null) return [];
  const changed = state.changed.filter(
    (unit) => unit >= within.from && unit < within.until && unit.length >= level,
  );
  const known = unitsIn(database, { level, ...within });
  const units = [...new Set([...known, ...changed.map((unit) => unit.slice(0, level))])].sort();
  return units.flatMap((unit): Piece[] => {
    const part = overlap(asked, rangeOf(unit));
    if (part === null) return [];
    if (isWithinRange(unit, asked) && isCurrent(state, unit)) return [{ unit }];
    const next = partLevel(level);
    return next === null
      ? [{ range: part }]
      : piecesOf(database, { state, range: asked, level: next, within: rangeOf(unit) });
  });
}

/** Ranges that follow each other are read at once. */
function joined(pieces: readonly Piece[]): Piece[] {
  const result: Piece[] = [];
  for (const piece of pieces) {
    const before = result.at(-1);
    if (before !== undefined && 'range' in before && 'range' in piece)
      result[result.length - 1] = { range: { from: before.range.from, until: piece.range.until } };
    else result.push(piece);
  }
  return result;
}
