import fc from 'fast-check';
import { expect, test } from 'vitest';
import { importMark } from '../../../src/ledger/journal/importJournals.ts';
import { markOf } from '../../../src/ledger/journal/readJournal.ts';
import { listGroups } from '../../../src/ledger/push/deliveries.ts';
import { readSnapshot } from '../../../src/ledger/push/snapshot.ts';
import type { Mark } from '../../../src/marks.ts';
import { exposition } from '../../../src/metrics/exposition.ts';
import { parseLine } from '../../../src/metrics/parseLine.ts';
import { groupSamples } from '../../../src/metrics/samples.ts';
import { type LedgerWorld, ledgerWorld, unique } from '../ledgerWorld.ts';
import {
  attempt,
  costMark,
  downtime,
  errorRateMark,
  exited,
  finishMark,
  healthMark,
  later,
  phaseEndMark,
  phaseStartMark,
  rollbackMark,
  smokeMark,
  startMark,
} from '../makeMarks.ts';

const at = { wallMs: Date.parse('2026-01-15T10:00:00Z'), monotonicSeconds: 1000, boot: 'boot-1' };
const bad = attempt({ at, healthy: false });
const good = attempt({ at: later(at, 2), healthy: true });
const seen = downtime([bad, good], { beganAt: at, endedAt: later(at, 2) });

/** One mark of each kind, with every field given. */
const kinds: readonly (() => Mark)[] = [
  () => startMark(at, { givenId: 'a/b', triggeredAtMs: at.wallMs, join: true }),
  () => phaseStartMark(at, { stage: 'migration' }),
  () =>
    phaseEndMark(later(at, 5), {
      startedAt: at,
      durationSeconds: 5,
      result: exited(1, { cpuSeconds: 2, memoryBytes: 9 }),
    }),
  () => phaseEndMark(later(at, 5), { stage: 'migration', startedAt: at, migrationCount: 4 }),
  () => phaseEndMark(later(at, 5), { stage: 'cutover', startedAt: at, downtime: seen }),
  () => healthMark([bad, good], { sinceMs: at.wallMs, errorRate: 0.1 }),
  () => smokeMark(later(at, 1), { startedAt: at }),
  () => costMark(at),
  () => errorRateMark(at),
  () => rollbackMark(at),
  () => finishMark(later(at, 60), { probed: [{ runId: 'r', downtime: seen }] }),
];

const hostile = fc.oneof(
  fc.constantFrom<unknown>(
    ...[
      -40,
      -1e-9,
      1e308,
      -1e308,
      9.1e15,
      2 ** 63,
      0,
      -0,
      1e-320,
      null,
      '',
      '5',
      'NaN\n# evil',
      '\u0000',
      '<b>',
    ],
    ...[
      true,
      false,
      [],
      {},
      [null],
      'x'.repeat(300),
      253_402_300_799_999,
      7_258_118_399_999,
      1e300,
      '\ud800',
    ],
    ...[{ wallMs: 0 }, { wallMs: 7_258_118_399_999, monotonicSeconds: 7_258_118_400, boot: 'boot-1' }],
  ),
  fc.double(),
  fc.anything(),
);

/** Every path in a mark, as a list of names. */
function places(value: unknown, path: readonly string[] = []): (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [path];
  const below = Object.entries(value).flatMap(([name, one]) => places(one, [...path, name]));
  return path.length === 0 ? below : [path, ...below];
}

const changed = fc
  .tuple(fc.nat(kinds.length - 1), fc.array(fc.tuple(fc.nat(200), hostile), { maxLength: 3 }))
  .map(([which, changes]) => {
    const mark = structuredClone((kinds[which] as () => Mark)());
    for (const [where, value] of changes) {
      const all = places(mark).filter(([name]) => name !== 'markId');
      const path = all[where % all.length] as readonly string[];
      const place = path
        .slice(0, -1)
        .reduce<unknown>((one, name) => (one as Record<string, unknown>)[name], mark);
      if (typeof place === 'object' && place !== null)
        // A copy, because a later change would alter the value in every run, and could insert it into itself.
        (place as Record<string, unknown>)[path.at(-1) ?? ''] = structuredClone(value);
    }
    return mark as unknown;
  });

const anything = fc.oneof({ weight: 8, arbitrary: changed }, { weight: 1, arbitrary: fc.anything() });

function totals(world: LedgerWorld): Map<string, number> {
  const rows = world.rows('SELECT group_id, family, labels, part, value FROM totals');
  return new Map(
    rows.map(({ value, ...key }) => [JSON.stringify(Object.values(key)), value as number] as const),
  );
}

/** Imports a value like a line of a log. */
function takeIn(world: LedgerWorld, value: unknown): void {
  const { context, database } = world;
  // As text, like every import: 1e999 is how text says infinity.
  const line = markOf(JSON.stringify(value) ?? 'undefined');
  if (line === null) return;
  const warning = (message: string) => ({ code: 'X', message });
  const task = {
    database,
    mark: { ...line, markId: unique() },
    author: 'anybody',
    refused: warning,
    partly: warning,
  };
  importMark(context, task as Parameters<typeof importMark>[1]);
}

function expectWhole(world: LedgerWorld, before: ReadonlyMap<string, number>): void {
  const now = totals(world);
  for (const [key, value] of now) {
    if (!Number.isFinite(value) || value < (before.get(key) ?? 0))
      throw new Error(`${key} went from ${before.get(key) ?? 0} to ${value}`);
  }
  expect([...before.keys()].filter((key) => !now.has(key))).toEqual([]);
  for (const { groupId } of listGroups(world.database, { deploymentId: null })) {
    const body = exposition(groupSamples(readSnapshot(world.database, { groupId, programVersion: '0' })));
    for (const line of body.split('\n').filter((one) => one !== '' && !one.startsWith('#'))) {
      const sample = parseLine(line);
      if (sample === null || !Number.isFinite(Number(sample.value)))
        throw new Error(`this is no sample: ${line}`);
    }
  }
}

test('counters and sums stay finite and never decrease whatever is imported as a mark, and the metrics stay valid', () => {
  fc.assert(
    fc.property(fc.array(anything, { minLength: 1, maxLength: 12 }), (values) => {
      const world = ledgerWorld();
      try {
        takeIn(world, startMark(at));
        for (const value of values) {
          const before = totals(world);
          takeIn(world, value);
          expectWhole(world, before);
        }
      } finally {
        world.database.close();
      }
    }),
    { numRuns: 60 },
  );
});

test('sums of a million marks with the largest values are finite', () => {
  const world = ledgerWorld();
  takeIn(world, startMark(at));
  const most = 315_360_000;
  takeIn(world, phaseEndMark(at, { durationSeconds: most }));
  takeIn(world, costMark(at, { usd: 1e9 }));
  // As if it had been recorded a million times.
  world.database.exec('UPDATE totals SET value = value * 1000000');
  const before = totals(world);
  takeIn(world, phaseEndMark(at, { durationSeconds: most }));
  takeIn(world, costMark(at, { usd: 1e9 }));
  takeIn(world, phaseEndMark(at, { durationSeconds: 1 }));
  expectWhole(world, before);
  const sum = world.total('deployment_stage_duration_seconds', ['shop', 'extract'], 'sum');
  expect(sum / 1e6 / most).toBeCloseTo(1_000_001, 3);
});
