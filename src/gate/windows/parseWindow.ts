import { usageError } from '../../errors.ts';
import { type DayOfYear, dayMinutes, type WindowEnd, windowEnd } from './windowEnd.ts';
import { type Zone, zoneNamed } from './zone.ts';

/** A part of each week or day, in minutes from its beginning; or of each year. */
export type Span =
  | { readonly every: 'week' | 'day'; readonly fromMinute: number; readonly minutes: number }
  | { readonly every: 'year'; readonly from: DayOfYear; readonly to: DayOfYear };

/** A freeze that recurs. */
export interface FreezeWindow {
  /** As it was given. */
  readonly text: string;
  readonly span: Span;
  readonly zone: Zone;
}

const longest = 100;

/** The windows of these texts, in each of which `,` or `;` may divide several. Throws a usage error that names `source`. */
export function parseWindows(texts: readonly string[], source: string): FreezeWindow[] {
  return texts.flatMap((text) => {
    const parts = text.split(/[,;\n]/).map((part) => part.trim());
    const windows = parts.filter((part) => part !== '');
    // A text without a window is that of a variable that is empty by mistake.
    return (windows.length === 0 ? [''] : windows).map((window) => parseWindow(window, source));
  });
}

/** `Fri 16:00-Mon 08:00 Europe/Berlin`, `22:00-06:00 UTC`, `Sat-Sun UTC`, `Dec 20-Jan 2 Europe/Berlin`. */
function parseWindow(text: string, source: string): FreezeWindow {
  const words = text.length > longest ? [] : text.split(/\s+/);
  const zone = zoneNamed(words.at(-1) ?? '');
  const span = spanIn(words.slice(0, -1));
  if (zone !== null && span !== null) return { text, span, zone };
  const lacksZone = span !== null || spanIn(words) !== null;
  const expected = lacksZone
    ? 'a time zone at the end, such as Europe/Berlin or UTC'
    : 'for example Fri 16:00-Mon 08:00 Europe/Berlin';
  throw usageError(
    `invalid freeze window ${JSON.stringify(text.slice(0, longest))} for ${source}; expected ${expected}`,
    'use `Fri 16:00-Mon 08:00 <zone>` for each week, `22:00-06:00 <zone>` for each day, `Dec 20-Jan 2 <zone>` for each year',
  );
}

function spanIn(words: readonly string[]): Span | null {
  const [from, to, ...more] = words
    .join(' ')
    .split(/ ?[-–] ?/)
    .map(windowEnd);
  if (!from || to === null || more.length > 0) return null;
  return to === undefined ? wholeDay(from) : spanOf(from, to);
}

function wholeDay(day: WindowEnd): Span | null {
  return day.minute === null ? spanOf(day, day) : null;
}

/** Null for ends that do not belong together. Without times from the beginning of the first day to the end of the last. */
function spanOf(from: WindowEnd, to: WindowEnd): Span | null {
  const fromMinute = from.minute ?? 0;
  const toMinute = to.minute ?? dayMinutes;
  if (from.date !== null || to.date !== null) {
    if (from.date === null || to.date === null) return null;
    return yearly({ ...from.date, minute: fromMinute }, { ...to.date, minute: toMinute });
  }
  const hasTimes = from.minute !== null && to.minute !== null;
  const hasNoTime = from.minute === null && to.minute === null;
  if (from.weekday === null)
    return hasTimes && to.weekday === null ? recurring('day', { fromMinute, toMinute }) : null;
  if (to.weekday === null && !hasTimes) return null;
  // `Fri 22:00-02:00` ends on Saturday.
  const lastDay = to.weekday ?? from.weekday + (toMinute <= fromMinute ? 1 : 0);
  return recurring('week', {
    fromMinute: from.weekday * dayMinutes + fromMinute,
    // `Sun-Sat` is each day, and not nothing.
    toMinute: lastDay * dayMinutes + toMinute + (hasNoTime && lastDay < from.weekday ? 7 * dayMinutes : 0),
  });
}

function yearly(from: DayOfYear, to: DayOfYear): Span | null {
  const isEmpty = from.month === to.month && from.day === to.day && from.minute === to.minute;
  return isEmpty ? null : { every: 'year', from, to };
}

/** Null for a window that ends when it begins. */
function recurring(
  every: 'week' | 'day',
  { fromMinute, toMinute }: { fromMinute: number; toMinute: number },
): Span | null {
  const whole = every === 'week' ? 7 * dayMinutes : dayMinutes;
  const minutes = (((toMinute - fromMinute) % whole) + whole) % whole;
  if (minutes === 0 && toMinute <= fromMinute) return null;
  return { every, fromMinute, minutes: minutes === 0 ? whole : minutes };
}
