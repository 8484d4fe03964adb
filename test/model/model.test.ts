import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseDurationMs, parseTimeMs } from '../../src/duration.ts';
import {
  cutToBytes,
  isDeploymentId,
  isoTime,
  newDeploymentId,
  phaseName,
  secondsBetween,
} from '../../src/model.ts';

describe('Phase names', () => {
  test.each([
    ['extract', 'extract'],
    ['venv-rebuild', 'venv_rebuild'],
    ['migrate', 'migration'],
    ['migration', 'migration'],
    ['health', 'health_check'],
    ['health-check', 'health_check'],
    ['a', 'a'],
    ['step_2', 'step_2'],
    ['constructor', 'constructor'],
    ['x'.repeat(63), 'x'.repeat(63)],
  ])('the phase name %s becomes %s', (word, name) => expect(phaseName(word)).toBe(name));

  test.each([
    '',
    '-',
    '_x',
    '-x',
    '1st',
    'Extract',
    'a b',
    'ä',
    'a.b',
    'a/b',
    "a'b",
    '__proto__',
    'x'.repeat(64),
  ])('%j is not a valid phase name', (word) => {
    expect(phaseName(word)).toBeNull();
  });

  test('a normalized phase name stays the same', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[a-z][a-z0-9_-]{0,62}$/), (word) => {
        const name = phaseName(word);
        expect(phaseName(name as string)).toBe(name);
      }),
    );
  });
});

describe('Deployment IDs', () => {
  test('a new ID from time and random part is valid and sorts by time', () => {
    const ids = [0, 1000, 1_768_471_200_000].map((wallMs) => newDeploymentId(wallMs, '0badcafe'));
    expect(ids).toEqual([
      '19700101T000000Z-0badcafe',
      '19700101T000001Z-0badcafe',
      '20260115T100000Z-0badcafe',
    ]);
    expect(ids.every(isDeploymentId)).toBe(true);
  });

  test.each(['', 'none', '-a', '.a', '_a', 'a b', 'a/b', 'ü', 'a\n', 'x'.repeat(65)])(
    '%j is not a valid deployment ID',
    (text) => expect(isDeploymentId(text)).toBe(false),
  );
  test.each(['a', '1', 'A.b-c_d', 'None', 'x'.repeat(64)])('%j is a valid deployment ID', (text) =>
    expect(isDeploymentId(text)).toBe(true),
  );
});

describe('Seconds between two instants', () => {
  const at = (wallMs: number, monotonicSeconds: number | null = null, boot: string | null = 'b') => ({
    wallMs,
    monotonicSeconds,
    boot,
  });

  test.each([
    {
      title: 'both in one boot',
      from: at(0, 10),
      to: at(99_000, 12.5),
      told: { seconds: 2.5, clock: 'monotonic' },
    },
    {
      title: 'two different boots',
      from: at(0, 10, 'a'),
      to: at(99_000, 12.5),
      told: { seconds: 99, clock: 'wall' },
    },
    {
      title: 'wall time only on one side',
      from: at(0),
      to: at(1500, 12.5),
      told: { seconds: 1.5, clock: 'wall' },
    },
    {
      title: 'no boot at all',
      from: at(0, 1, null),
      to: at(1500, 9, null),
      told: { seconds: 1.5, clock: 'wall' },
    },
    {
      title: 'wall time that goes backwards',
      from: at(5000),
      to: at(4999),
      told: { seconds: 0, clock: 'backwards' },
    },
    { title: 'the same moment', from: at(5, 1), to: at(5, 1), told: { seconds: 0, clock: 'monotonic' } },
  ])('the seconds between two instants, with $title, are $told', ({ from, to, told }) =>
    expect(secondsBetween(from, to)).toEqual(told),
  );

  test('the seconds between two instants are whole microseconds and never negative', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 1e7, noNaN: true }),
        fc.double({ min: 0, max: 1e7, noNaN: true }),
        (from, to) => {
          const { seconds } = secondsBetween(at(0, from), at(0, to));
          expect(seconds).toBeGreaterThanOrEqual(0);
          expect(Math.round(seconds * 1e6) / 1e6).toBe(seconds);
          if (to >= from) expect(Math.abs(seconds - (to - from))).toBeLessThan(1e-6);
        },
      ),
    );
  });
});

describe('Durations', () => {
  test.each([
    ['500ms', 500],
    ['60s', 60_000],
    ['5m', 300_000],
    ['1h30m', 5_400_000],
    ['30d', 2_592_000_000],
    ['0s', 0],
    ['1.5s', 1500],
    ['0.25ms', 0.25],
  ])('the duration %s is %d ms', (text, ms) => expect(parseDurationMs(text)).toBe(ms));

  test.each(['', '5', 'abc', '5 s', '-5s', '1e3s', '5S', 's', '1h 30m', '1.s', '.5s', `${'9'.repeat(400)}s`])(
    '%j is not a valid duration',
    (text) => expect(parseDurationMs(text)).toBeNull(),
  );
});

describe('Times', () => {
  test.each([
    ['2026-01-14T18:45:00Z', '2026-01-14T18:45:00.000Z'],
    ['2026-01-14T18:45:00.5Z', '2026-01-14T18:45:00.500Z'],
    ['2026-01-14 18:45:00,250Z', '2026-01-14T18:45:00.250Z'],
    ['2026-01-14T18:45:00+02:00', '2026-01-14T16:45:00.000Z'],
    ['2026-01-14T18:45:00-0530', '2026-01-15T00:15:00.000Z'],
    ['2026-01-14 18:45:00 +02:00', '2026-01-14T16:45:00.000Z'],
    ['2026-01-14T18:45Z', '2026-01-14T18:45:00.000Z'],
  ])('the time %s is %s', (text, utc) => expect(isoTime(parseTimeMs(text) as number)).toBe(utc));

  test.each(['2026-01-14T18:45:00', '2026-01-14 18:45', '2026-01-14'])(
    "the time %s without a zone is the host's local time",
    (text) => {
      const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = text.split(/[-T :]/).map(Number);
      expect(parseTimeMs(text)).toBe(new Date(year, month - 1, day, hour, minute).getTime());
    },
  );

  test.each([
    '',
    'now',
    '14.01.2026',
    '2026-13-01',
    '2026-01-14T25:00:00Z',
    '1768416300',
    '2026-01-14T18:45:00 Europe/Berlin',
  ])('%j is not a valid time', (text) => {
    expect(parseTimeMs(text)).toBeNull();
  });
});

describe('Texts cut to a number of bytes', () => {
  test('a cut text has at most that many bytes, is well-formed, and is a prefix of the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', maxLength: 40 }), fc.nat(40), (text, maxBytes) => {
        const cut = cutToBytes(text, maxBytes);
        expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(maxBytes);
        expect(cut.isWellFormed()).toBe(true);
        expect(text.toWellFormed().startsWith(cut)).toBe(true);
      }),
    );
  });

  test('a text that fits is not cut', () => {
    expect(cutToBytes('é'.repeat(64), 128)).toBe('é'.repeat(64));
    expect(cutToBytes('é'.repeat(65), 128)).toBe('é'.repeat(64));
    expect(cutToBytes(`${'a'.repeat(126)}💥`, 128)).toBe('a'.repeat(126));
  });
});
