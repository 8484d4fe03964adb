import type { FreezeWindow, Span } from './parseWindow.ts';
import type { DayOfYear } from './windowEnd.ts';
import { firstInstant, lastInstant } from './zone.ts';

const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;
/** Windows that follow each other without a gap; more have no end. */
const mostInTurn = 400;

/** When a window is in force around a time, in Unix milliseconds; null if it is not. The end is exclusive. */
export function timesInForce(
  { span, zone }: FreezeWindow,
  nowMs: number,
): { readonly fromMs: number; readonly untilMs: number } | null {
  const times = wallTimes(span, zone.wallMsAt(nowMs))
    .map(({ from, until }) => ({ fromMs: firstInstant(zone, from), untilMs: lastInstant(zone, until) }))
    .filter(({ fromMs, untilMs }) => fromMs <= nowMs && nowMs < untilMs);
  return times.sort((one, other) => other.untilMs - one.untilMs)[0] ?? null;
}

/** When no window is in force any more, from a time at which one is; null if there is always one. */
export function freeFromMs(windows: readonly FreezeWindow[], nowMs: number): number | null {
  let atMs = nowMs;
  for (let turn = 0; turn < mostInTurn; turn += 1) {
    const ends = windows.flatMap((window) => timesInForce(window, atMs)?.untilMs ?? []);
    if (ends.length === 0) return atMs;
    atMs = Math.max(...ends);
  }
  return null;
}

interface WallTimes {
  readonly from: number;
  readonly until: number;
}

/** The occurrences of a window around a wall time: the last one, this one, and the next. */
function wallTimes(span: Span, wall: number): WallTimes[] {
  const today = Math.floor(wall / dayMs) * dayMs;
  if (span.every === 'year')
    return [-1, 0, 1].map((years) => ofYear(span, new Date(wall).getUTCFullYear() + years));
  const step = span.every === 'week' ? 7 * dayMs : dayMs;
  // Day 0 of Unix time was a Thursday; weeks begin on Monday.
  const begins = span.every === 'week' ? today - ((Math.floor(today / dayMs) + 3) % 7) * dayMs : today;
  return [-1, 0, 1].map((turn) => {
    const from = begins + turn * step + span.fromMinute * minuteMs;
    return { from, until: from + span.minutes * minuteMs };
  });
}

function ofYear({ from, to }: Extract<Span, { every: 'year' }>, year: number): WallTimes {
  const isNextYear = inLeapYear(to) <= inLeapYear(from);
  return { from: wallTimeOf(from, year), until: wallTimeOf(to, isNextYear ? year + 1 : year) };
}

const inLeapYear = (one: DayOfYear): number => wallTimeOf(one, 2024);

/** A February 29 that a year does not have is the end of its February 28, and no part of March 1. */
function wallTimeOf({ month, day, minute }: DayOfYear, year: number): number {
  const midnight = Date.UTC(year, month, day);
  return new Date(midnight).getUTCMonth() === month ? midnight + minute * minuteMs : midnight;
}
