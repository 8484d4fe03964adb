import { isoTime } from '../../model.ts';
import type { DeploymentFilter } from '../read/filter.ts';

/**
 * A unit is the beginning of a time as text, so that it sorts like the times that begin with it: a year, a month, a day or an
 * hour by its length. An hour that is shorter in the ledger is filled up with spaces.
 */
export const levels = { year: 4, month: 7, day: 10, hour: 13 } as const;

/** The length of the next larger unit's text; null for a year. */
const larger: Readonly<Record<number, number>> = { 13: 10, 10: 7, 7: 4 };
const smaller: Readonly<Record<number, number>> = { 4: 7, 7: 10, 10: 13 };

export function parentOf(unit: string): string | null {
  const length = larger[unit.length];
  return length === undefined ? null : unit.slice(0, length);
}

/** The length of the parts of a unit; null for an hour. */
export function partLevel(level: number): number | null {
  return smaller[level] ?? null;
}

/** Sorts after every text that begins like it. */
export const last = '\u{10ffff}';

/** Times as text: from the first one to before the second one. */
export interface Range {
  readonly from: string;
  readonly until: string;
}

export function rangeOf(unit: string): Range {
  return { from: unit.trimEnd(), until: unit + last };
}

export const everything: Range = { from: '', until: last };

/** The starts that a filter lets through. */
export function askedRange({ sinceMs, untilMs }: Pick<DeploymentFilter, 'sinceMs' | 'untilMs'>): Range {
  return {
    from: sinceMs === undefined ? everything.from : isoTime(sinceMs),
    until: untilMs === undefined ? everything.until : isoTime(untilMs),
  };
}

/** Whether every time of a unit is in a range. */
export function isWithinRange(unit: string, { from, until }: Range): boolean {
  return rangeOf(unit).from >= from && unit < until && !until.startsWith(unit);
}

/** Null if they have no time in common. */
export function overlap(one: Range, other: Range): Range | null {
  const from = one.from > other.from ? one.from : other.from;
  const until = one.until < other.until ? one.until : other.until;
  return from < until ? { from, until } : null;
}
