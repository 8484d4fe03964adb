import fc from 'fast-check';
import { expect, test } from 'vitest';
import { exportLines } from '../../src/ledger/exchange/exportLines.ts';
import { saveOpenMark } from '../../src/ledger/exchange/openMarks.ts';
import { importMark } from '../../src/ledger/journal/importJournals.ts';
import type { Mark } from '../../src/marks.ts';
import type { Instant } from '../../src/model.ts';
import { countedByRows, keptTotals } from './countedByRows.ts';
import { type LedgerWorld, ledgerWorld, unique } from './ledgerWorld.ts';
import {
  attempt,
  costMark,
  errorRateMark,
  exited,
  finishMark,
  healthMark,
  later,
  phaseEndMark,
  smokeMark,
  startMark,
} from './makeMarks.ts';

type Step = (at: Instant) => Mark;

const service = fc.constantFrom(null, 'worker');
const code = fc.constantFrom(0, 0, 3);
const step: fc.Arbitrary<Step> = fc.oneof(
  fc
    .record({
      stage: fc.constantFrom('extract', 'migration', 'cutover'),
      service,
      code,
      seconds: fc.nat(500),
    })
    .map(
      ({ stage, service, code, seconds }): Step =>
        (at) =>
          phaseEndMark(later(at, seconds), {
            stage,
            service,
            startedAt: at,
            runId: unique(),
            result: exited(code),
          }),
    ),
  fc.record({ test: fc.constantFrom('login', 'pay'), code }).map(
    ({ test, code }): Step =>
      (at) =>
        smokeMark(at, { test, runId: unique(), result: exited(code) }),
  ),
  fc.nat(10_000).map(
    (cents): Step =>
      (at) =>
        costMark(at, { resource: 'compute', usd: cents / 100 }),
  ),
  fc.double({ min: 0, max: 1, noNaN: true }).map(
    (errorRate): Step =>
      (at) =>
        errorRateMark(at, { errorRate }),
  ),
  fc.array(fc.boolean(), { minLength: 1, maxLength: 4 }).map(
    (answers): Step =>
      (at) =>
        healthMark(answers.map((healthy, index) => attempt({ at: later(at, index), healthy }))),
  ),
);

function keep(world: LedgerWorld, mark: Mark): void {
  world.apply(mark);
  saveOpenMark(world.database, mark);
}

/** The lines that an export of a ledger would have. */
function exported({ database }: LedgerWorld): Mark[] {
  const all = { id: null, deployment: null, environment: null };
  return [...exportLines(database, all)].filter((line): line is Mark => 'markId' in line);
}

/** Through text, as in a file; in order of time, as `import` does it. */
function imported(world: LedgerWorld, marks: readonly Mark[]): number {
  const { context, database } = world;
  const lines = marks.map((mark) => JSON.parse(JSON.stringify(mark)) as Mark);
  const refused = (why: unknown) => {
    throw new Error(String(why));
  };
  const said = { refused, partly: refused, waits: refused };
  return [...lines]
    .sort((a, b) => a.at.wallMs - b.at.wallMs)
    .filter((mark) => importMark(context, { database, mark, author: 'ours', ...said }) !== null).length;
}

test('marks of several ledgers are merged as if one ledger had recorded them all, however often they are exported', () => {
  const history = fc.array(fc.tuple(step, fc.nat(2)), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(history, fc.boolean(), (steps, throughAnother) => {
      const worlds = Array.from({ length: 6 }, () => ledgerWorld());
      const [one, ...others] = worlds as [LedgerWorld, ...LedgerWorld[]];
      const [last, between] = others.slice(3) as [LedgerWorld, LedgerWorld];
      try {
        const clock = one.context;
        const made = [
          [startMark(clock.instant()), 0] as const,
          ...steps.map(([make, job]) => {
            clock.advance(600_000);
            return [make(clock.instant()), job] as const;
          }),
        ];
        for (const [mark, job] of made) {
          keep(one, mark);
          keep(others[job] as LedgerWorld, mark);
        }
        const files = others.slice(0, 3).map(exported);
        expect(files.flat()).toHaveLength(made.length);
        if (throughAnother) imported(between, [...(files[2] ?? []), ...(files[0] ?? [])]);
        const carried = throughAnother ? [files[1] ?? [], exported(between)] : files;
        expect(imported(last, carried.flat())).toBe(made.length);
        expect(imported(last, [...files.flat(), ...carried.flat()])).toBe(0);
        clock.advance(600_000);
        const finish = finishMark(clock.instant());
        for (const world of [one, last]) keep(world, finish);
        expect(keptTotals(last)).toEqual(keptTotals(one));
        expect(keptTotals(last)).toEqual(countedByRows(last));
        const columns =
          'SELECT deployment_status, error_message, extract_duration, migration_duration, time_to_healthy, total_duration FROM deployment_metrics';
        expect(last.rows(columns)).toEqual(one.rows(columns));
        expect(last.rows('SELECT * FROM marks_kept')).toEqual([]);
      } finally {
        for (const world of worlds) world.close();
      }
    }),
    { numRuns: 60 },
  );
}, 120_000);
