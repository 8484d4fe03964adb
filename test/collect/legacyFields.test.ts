import { expect, test } from 'vitest';
import { amountTextField, timeField } from '../../src/collect/legacy/fields.ts';
import { timeZone } from '../../src/collect/legacy/timeZone.ts';
import { isoTime } from '../../src/model.ts';

const read = (text: unknown, zone: string) => {
  const field = timeField(text, timeZone(zone));
  return 'value' in field && field.value !== null ? isoTime(field.value.ms) : null;
};

test.each([
  ['2026-01-14T18:45:00', 'Europe/Berlin', '2026-01-14T17:45:00.000Z'],
  ['2026-07-14 18:45:00', 'Europe/Berlin', '2026-07-14T16:45:00.000Z'],
  ['2026-07-14 18:45', 'America/Los_Angeles', '2026-07-15T01:45:00.000Z'],
  ['2026-01-14', 'Asia/Kolkata', '2026-01-13T18:30:00.000Z'],
  ['2026-01-14T18:45:00.123456', '-05:30', '2026-01-15T00:15:00.123Z'],
  // A time with a zone of its own ignores the given zone.
  ['2026-01-14T18:45:00Z', 'Europe/Berlin', '2026-01-14T18:45:00.000Z'],
  ['2026-01-14 18:45:00+0200', 'UTC', '2026-01-14T16:45:00.000Z'],
  ['2026-01-14 18:45:00 UTC', 'Europe/Berlin', '2026-01-14T18:45:00.000Z'],
  // An hour that occurs twice means the first; a skipped hour is read by the offset before the change.
  ['2026-10-25T02:30:00', 'Europe/Berlin', '2026-10-25T00:30:00.000Z'],
  ['2026-03-29T02:30:00', 'Europe/Berlin', '2026-03-29T01:30:00.000Z'],
])('the imported time %j in %s is %s', (text, zone, time) => {
  expect(read(text, zone)).toBe(time);
});

test.each([
  'soon',
  '2026-02-30T10:00:00',
  '14.01.2026',
  '2026-01-14T25:00:00',
  1768416300,
  '1969-12-31T00:00:00Z',
])('%j is not accepted as an imported time', (text) => {
  expect(timeField(text, timeZone('UTC'))).toMatchObject({ expected: expect.stringContaining('a time') });
});

test.each([
  [15.8, '15.8'],
  ['15.80', '15.8'],
  [75, '75'],
  [' 9.5 ', '9.5'],
])('time to healthy %j is imported as %j', (given, kept) => {
  expect(amountTextField(given)).toEqual({ value: kept });
});

test.each(['n/a', '-1', Number.POSITIVE_INFINITY, Number.NaN, Buffer.from('1'), '0x10'])(
  '%j is not accepted as an imported amount',
  (given) => {
    expect(amountTextField(given)).toMatchObject({ expected: expect.any(String) });
  },
);

test.each(['Mars/Olympus', '+99:00', '2'])('%j is not accepted as a time zone', (zone) => {
  expect(() => timeZone(zone)).toThrow('invalid time zone');
});
