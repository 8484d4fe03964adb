import { usageError } from '../../errors.ts';

/** The time zone for times without one. */
export interface TimeZone {
  /** As the user gave it, or as the host calls it. */
  readonly name: string;
  /** Unix milliseconds of a local time, which is given as if it were UTC. */
  toMs(wallMs: number): number;
}

const dayMs = 86_400_000;

/** `Europe/Berlin`, `+02:00`, `UTC`; null: the host's own. Throws a usage error for anything else. */
export function timeZone(said: string | null): TimeZone {
  const offset = said === null ? null : offsetMs(said);
  if (said !== null && offset !== null) return { name: said, toMs: (wallMs) => wallMs - offset };
  const clock = clockOf(said);
  return {
    name: clock.resolvedOptions().timeZone,
    toMs: (wallMs) => msOf(wallMs, (ms) => wallOf(clock, ms) - ms),
  };
}

function offsetMs(text: string): number | null {
  if (/^(z|utc)$/i.test(text)) return 0;
  const [, sign, hours, minutes = '00'] = /^([+-])(\d{2})(?::?([0-5]\d))?$/.exec(text) ?? [];
  if (sign === undefined || Number(hours) > 14) return null;
  return (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
}

function clockOf(zone: string | null): Intl.DateTimeFormat {
  try {
    return new Intl.DateTimeFormat('en-US', {
      ...(zone === null ? {} : { timeZone: zone }),
      hourCycle: 'h23',
      era: 'short',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  } catch {
    throw usageError(
      `invalid time zone ${JSON.stringify(zone)} for --timezone`,
      'use a name such as Europe/Berlin, or an offset such as +02:00',
    );
  }
}

/** The local time, as if it were UTC. */
function wallOf(clock: Intl.DateTimeFormat, ms: number): number {
  const of = Object.fromEntries(clock.formatToParts(ms).map(({ type, value }) => [type, Number(value)]));
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = of;
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((ms % 1000) + 1000) % 1000);
}

/** Of an hour that occurs twice, the first; an hour that is skipped is read with the offset before it. */
function msOf(wallMs: number, offsetAt: (ms: number) => number): number {
  const before = offsetAt(wallMs - dayMs);
  const found = [before, offsetAt(wallMs + dayMs)]
    .map((offset) => ({ offset, ms: wallMs - offset }))
    .filter(({ offset, ms }) => offsetAt(ms) === offset)
    .map(({ ms }) => ms);
  return found.length === 0 ? wallMs - before : Math.min(...found);
}
