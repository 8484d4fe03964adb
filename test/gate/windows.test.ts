import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { freeFromMs, timesInForce } from '../../src/gate/windows/inForce.ts';
import { parseWindows } from '../../src/gate/windows/parseWindow.ts';

const one = (text: string) => {
  const [window] = parseWindows([text], '--freeze');
  if (window === undefined) throw new Error(`no window in ${text}`);
  return window;
};
const minuteMs = 60_000;
const dayMs = 1440 * minuteMs;

/** Zones, and a day on which their clocks change: Samoa's left one out. */
const changes = [
  ['Europe/Berlin', '2026-03-29'],
  ['Europe/Berlin', '2026-10-25'],
  ['America/New_York', '2026-11-01'],
  ['Australia/Lord_Howe', '2026-04-05'],
  ['Africa/Casablanca', '2026-02-15'],
  ['Pacific/Apia', '2011-12-30'],
] as const;

/** What clocks show in each minute of 24 days around a change, as text that sorts by time. */
function clocksAround(zone: string, day: string) {
  const beginsMs = Date.parse(`${day}T00:00:00Z`) - 12 * dayMs;
  const format = new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' });
  const shown = Array.from({ length: 24 * 1440 }, (_, minute) => format.format(beginsMs + minute * minuteMs));
  return { zone, beginsMs, shown };
}

/** The weeks or days of a window that can be in force in a minute, as the clocks show their ends. */
function occurrences(
  { every, from, minutes }: Recurring,
  { beginsMs, moment }: { beginsMs: number; moment: number },
) {
  const step = every === 'week' ? 7 : 1;
  const around = beginsMs + moment * minuteMs;
  const monday = around - (around % dayMs) - ((new Date(around).getUTCDay() + 6) % 7) * dayMs;
  const text = (ms: number) => new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
  return Array.from({ length: every === 'week' ? 4 : 21 }, (_, turn) => {
    const start = monday + (turn * step - 7) * dayMs + from * minuteMs;
    return { start, text: [text(start), text(start + minutes * minuteMs)] as const };
  })
    .filter(({ start }) => start < around + 2 * dayMs && around < start + minutes * minuteMs + 2 * dayMs)
    .map(({ text: [start, end] }) => ({ start, end }));
}

interface Recurring {
  readonly every: 'week' | 'day';
  readonly from: number;
  readonly minutes: number;
}

const days = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'];
const clock = (minute: number) =>
  `${String(Math.floor((minute % 1440) / 60)).padStart(2, '0')}:${String(minute % 60).padStart(2, '0')}`;
const at = ({ every }: Recurring, minute: number) =>
  `${every === 'week' ? `${days[Math.floor(minute / 1440) % 7]} ` : ''}${clock(minute)}`;

const recurring: fc.Arbitrary<Recurring> = fc
  .record({
    every: fc.constantFrom('week' as const, 'day' as const),
    from: fc.nat(),
    minutes: fc.nat(),
    whole: fc.boolean(),
  })
  .map(({ every, from, minutes, whole }) => {
    const most = every === 'week' ? 10_080 : 1440;
    // Half of the ends are full or half hours, in which clocks change.
    const place = (value: number) => (whole ? Math.floor((value % most) / 30) * 30 : value % most);
    return { every, from: place(from), minutes: place(minutes % (most - 1)) + 30 };
  })
  .filter(({ every, minutes }) => minutes < (every === 'week' ? 10_080 : 1440));

describe('Freeze windows', () => {
  test.each(changes)(
    'a window of %s is in force exactly in the minutes that its clocks show, around %s',
    (zone, day) => {
      const clocks = clocksAround(zone, day);
      const { beginsMs, shown } = clocks;
      const minute = fc.oneof(
        fc.integer({ min: 9 * 1440, max: 15 * 1440 }),
        fc.integer({ min: 11.5 * 1440, max: 12.5 * 1440 }),
      );
      fc.assert(
        fc.property(recurring, minute, (window, moment) => {
          const text = `${at(window, window.from)}-${at(window, window.from + window.minutes)} ${zone}`;
          const reference = occurrences(window, { beginsMs, moment })
            .map(({ start, end }) => ({
              from: shown.findIndex((time) => time >= start),
              // From its first minute to the last one before its end, also if clocks show an earlier time again.
              until: shown.findLastIndex((time) => time < end) + 1,
            }))
            .filter(({ from, until }) => from !== -1 && from <= moment && moment < until)
            .sort((a, b) => b.until - a.until)[0];
          const times = timesInForce(one(text), beginsMs + moment * minuteMs + 59_999);
          const found =
            times === null
              ? undefined
              : { from: minutes(times.fromMs, beginsMs), until: minutes(times.untilMs, beginsMs) };
          expect([text, shown[moment], found]).toEqual([text, shown[moment], reference]);
        }),
        { numRuns: 50 },
      );
    },
  );

  test.each([
    ['Sun 01:00-02:30', '2026-03-29T00:30Z', '2026-03-29T00:00Z', '2026-03-29T01:00Z'],
    ['Sun 02:30-05:00', '2026-03-29T01:30Z', '2026-03-29T01:00Z', '2026-03-29T03:00Z'],
    ['Sun 01:00-02:00', '2026-10-24T23:30Z', '2026-10-24T23:00Z', '2026-10-25T00:00Z'],
    ['Sun 01:00-02:30', '2026-10-25T01:15Z', '2026-10-24T23:00Z', '2026-10-25T01:30Z'],
    ['Sun 02:30-04:00', '2026-10-25T00:45Z', '2026-10-25T00:30Z', '2026-10-25T03:00Z'],
  ])(
    'the window %s in Berlin has its times in a night in which clocks change, at %s',
    (text, now, from, until) => {
      const times = { fromMs: Date.parse(from), untilMs: Date.parse(until) };
      expect(timesInForce(one(`${text} Europe/Berlin`), Date.parse(now))).toEqual(times);
    },
  );

  test('a window each year is in force over the new year, to the end of its last day', () => {
    const window = one('Dec 20-Jan 2 Europe/Berlin');
    const inForce = (time: string) => timesInForce(window, Date.parse(time)) !== null;
    expect([
      inForce('2026-12-19T22:59:59Z'),
      inForce('2026-12-19T23:00:00Z'),
      inForce('2027-01-02T22:59:59Z'),
      inForce('2027-01-02T23:00:00Z'),
      inForce('2028-01-01T00:00:00Z'),
    ]).toEqual([false, true, true, false, true]);
  });

  test('windows that follow each other end together, and windows that cover every time have no end', () => {
    const windows = parseWindows(['Fri 16:00-Sat 00:00 UTC, Sat UTC', 'Sun 00:00-Mon 08:00 UTC'], '--freeze');
    const friday = Date.parse('2026-11-27T17:00:00Z');
    expect(freeFromMs(windows, friday)).toBe(Date.parse('2026-11-30T08:00:00Z'));
    expect(freeFromMs(parseWindows(['Mon-Sun UTC'], '--freeze'), friday)).toBeNull();
  });

  test.each([
    ['fri 16:00 - MONDAY 08:00 Europe/Berlin', '2026-11-30T06:59:00Z', true],
    ['Fri 22:00-02:00 UTC', '2026-11-28T01:59:00Z', true],
    ['22:00-06:00 Asia/Tokyo', '2026-11-29T20:59:00Z', true],
    ['Sat–Sun UTC', '2026-11-29T23:59:00Z', true],
    ['Sat-Sun UTC', '2026-11-30T00:00:00Z', false],
    ['Feb 29 UTC', '2028-02-29T12:00:00Z', true],
    ['Wed 00:00-24:00 UTC', '2026-12-02T23:59:00Z', true],
  ])('the window %s is read, and at %s in force: %s', (text, time, expected) => {
    expect(timesInForce(one(text), Date.parse(time)) !== null).toBe(expected);
  });

  test.each([
    ['Fri 16:00-Mon 08:00', /a time zone at the end/],
    ['Fri 16:00-Mon 08:00 Europe/Berln', /a time zone at the end/],
    ['Fri 25:00-Mon 08:00 UTC', /for example/],
    ['Fri 16:00-Fri 16:00 UTC', /for example/],
    ['Fri UTC-Mon UTC', /for example/],
    ['16:00 UTC', /for example/],
    ['Feb 30 UTC', /for example/],
    ['Fri-Dec 20 UTC', /for example/],
    ['Mon-Fri 22:00-06:00 UTC', /for example/],
    ['x'.repeat(5000), /for example/],
  ])('the window %s is refused with what was expected', (text, expected) => {
    expect(() => one(text)).toThrow(expected);
  });

  test('any text is a window or a usage error, and is judged without an exception', () => {
    const part = fc.constantFrom(
      'Fri',
      '16:00',
      '-',
      ' ',
      'Mon',
      '24:00',
      'UTC',
      'Etc/GMT-14',
      'Dec',
      '31',
      ',',
      '\u0000',
    );
    const text = fc.oneof(
      fc.string(),
      fc.array(part, { maxLength: 9 }).map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(
        text,
        fc.date({ min: new Date(0), max: new Date('2199-01-01'), noInvalidDate: true }),
        (said, date) => {
          try {
            for (const window of parseWindows([said], '--freeze')) timesInForce(window, date.getTime());
          } catch (error) {
            expect(error).toMatchObject({ name: 'DeploytrackError', code: 'USAGE' });
          }
        },
      ),
      { numRuns: 300 },
    );
  });
});

function minutes(ms: number, beginsMs: number): number {
  return (ms - beginsMs) / minuteMs;
}
