import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Totals } from '../../src/ledger/totals/totals.ts';
import { countedByRows, keptTotals } from './countedByRows.ts';
import { type LedgerWorld, ledgerWorld, unique } from './ledgerWorld.ts';
import {
  attempt,
  costMark,
  downtime,
  errorRateMark,
  exited,
  healthMark,
  later,
  phaseEndMark,
  smokeMark,
} from './makeMarks.ts';
import { scriptOf } from './script.ts';

/** One step of a history, on one of three deployments. */
type Step = (world: LedgerWorld, id: string) => void;

const seconds = fc.integer({ min: 0, max: 3_000_000_000 }).map((micros) => micros / 1e6);
const stage = fc.constantFrom('extract', 'migration', 'cutover', 'health_check', 'build');
const service = fc.constantFrom(null, 'worker');
const result = fc.record({
  code: fc.constantFrom(0, 0, 3),
  judged: fc.constantFrom('yes', 'allowed', 'no'),
  cpuSeconds: fc.option(seconds),
});

const start = fc.record({
  instance: fc.constantFrom('web-1', 'web-2'),
  takeOver: fc.boolean(),
  version: fc.constantFrom('1', '2'),
});
const startStep = start.map(
  (said): Step =>
    (world, id) =>
      scriptOf(world, id).start(said),
);
const wrapStep = fc.record({ stage, service, seconds, result, migrationCount: fc.option(fc.nat(4)) }).map(
  ({ stage, service, seconds, result, migrationCount }): Step =>
    (world, id) => {
      const { code, ...rest } = result;
      scriptOf(world, id).wrap(stage, { seconds, service, migrationCount, result: exited(code, rest) });
    },
);
const openStep = fc.record({ stage, service }).map(
  ({ stage, service }): Step =>
    (world, id) =>
      scriptOf(world, id).open(stage, service),
);
const endStep = fc.record({ stage, service, result }).map(
  ({ stage, service, result }): Step =>
    (world, id) => {
      const { code, ...rest } = result;
      world.apply(
        phaseEndMark(world.context.instant(), {
          deploymentId: id,
          stage,
          service,
          result: exited(code, rest),
        }),
      );
    },
);
/** The end of a run that may be open, ended, or closed by a finish. */
const namedEndStep = fc.record({ run: fc.nat(2), stage }).map(
  ({ run, stage }): Step =>
    (world, id) => {
      const startedAt = world.context.instant();
      world.pass(1);
      world.apply(
        phaseEndMark(world.context.instant(), { deploymentId: id, runId: `${id}-${run}`, stage, startedAt }),
      );
    },
);
const attempts = fc.array(fc.record({ healthy: fc.boolean(), seconds, answered: fc.boolean() }), {
  minLength: 1,
  maxLength: 4,
});
const attemptsFrom = (
  world: LedgerWorld,
  made: readonly { healthy: boolean; seconds: number; answered: boolean }[],
) =>
  made.map(({ healthy, seconds, answered }, index) =>
    attempt({
      at: later(world.context.instant(), index),
      healthy,
      latencySeconds: seconds,
      ...(healthy || answered ? {} : { statusCode: null }),
    }),
  );
const healthStep = attempts.map(
  (made): Step =>
    (world, id) => {
      world.apply(healthMark(attemptsFrom(world, made), { deploymentId: id }));
    },
);
const probedCutoverStep = fc.record({ attempts, from: fc.nat(9), to: fc.option(fc.nat(9)) }).map(
  ({ attempts, from, to }): Step =>
    (world, id) => {
      const startedAt = world.context.instant();
      const saw = downtime(attemptsFrom(world, attempts), {
        beganAt: later(startedAt, from),
        endedAt: to === null ? null : later(startedAt, from + to),
      });
      world.apply(
        phaseEndMark(later(startedAt, 10), {
          deploymentId: id,
          stage: 'cutover',
          runId: unique(),
          startedAt,
          downtime: saw,
        }),
      );
    },
);
const rollbackStep = fc
  .record({
    step: fc.constantFrom('begin', 'end', 'whole'),
    event: fc.nat(1),
    success: fc.boolean(),
    reason: fc.constantFrom('manual', 'moon', 'health_check_failed', 'test_failed'),
  })
  .map(
    ({ step, event, success, reason }): Step =>
      (world, id) => {
        const rollbackId = step === 'whole' ? unique() : `${id}-${event}-${reason}`;
        scriptOf(world, id).rollback({ step: step as 'whole', rollbackId, success, reason });
      },
  );
const smokeStep = fc
  .record({ test: fc.constantFrom('api', 'web'), code: fc.constantFrom(0, 1), run: fc.option(fc.nat(1)) })
  .map(
    ({ test, code, run }): Step =>
      (world, id) => {
        const named = run === null ? {} : { runId: `${id}-${test}-${run}` };
        world.apply(
          smokeMark(world.context.instant(), { deploymentId: id, test, result: exited(code), ...named }),
        );
      },
  );
const costStep = fc.record({ resource: fc.constantFrom('compute', 'build'), cents: fc.nat(100_000) }).map(
  ({ resource, cents }): Step =>
    (world, id) =>
      world.apply(costMark(world.context.instant(), { deploymentId: id, resource, usd: cents / 100 })),
);
const errorRateStep = fc.record({ service, permille: fc.nat(1000) }).map(
  ({ service, permille }): Step =>
    (world, id) =>
      world.apply(
        errorRateMark(world.context.instant(), { deploymentId: id, service, errorRate: permille / 1000 }),
      ),
);
const finishStep = fc
  .record({
    exitCode: fc.constantFrom(null, 0, 3, 143),
    onExit: fc.boolean(),
    discard: fc.constantFrom(false, false, false, true),
    abandoned: fc.constantFrom(false, false, true),
    keepOpen: fc.constantFrom(false, false, true),
  })
  .map(
    (said): Step =>
      (world, id) =>
        scriptOf(world, id).finish(said),
  );
const passStep = seconds.map(
  (amount): Step =>
    (world) =>
      world.pass(amount),
);
const clockStep = fc.constantFrom('reboot', 'back').map(
  (what): Step =>
    (world) => {
      if (what === 'reboot') world.context.reboot(unique());
      else world.context.setWallTime(world.context.instant().wallMs - 5000);
    },
);

const step = fc.oneof(
  { weight: 2, arbitrary: startStep },
  { weight: 4, arbitrary: wrapStep },
  { weight: 2, arbitrary: openStep },
  { weight: 2, arbitrary: endStep },
  { weight: 2, arbitrary: namedEndStep },
  { weight: 3, arbitrary: healthStep },
  { weight: 2, arbitrary: probedCutoverStep },
  { weight: 2, arbitrary: rollbackStep },
  { weight: 2, arbitrary: smokeStep },
  { weight: 1, arbitrary: costStep },
  { weight: 1, arbitrary: errorRateStep },
  { weight: 2, arbitrary: finishStep },
  { weight: 1, arbitrary: passStep },
  { weight: 1, arbitrary: clockStep },
);
const history = fc.array(fc.tuple(step, fc.constantFrom('d1', 'd2', 'd3')), { minLength: 5, maxLength: 50 });

describe('Totals after random histories', () => {
  test('stored totals match the rows, with sums in whole microseconds', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const world = ledgerWorld();
        try {
          for (const [act, id] of steps) {
            act(world, id);
            world.pass(0.001);
          }
          expect(keptTotals(world)).toEqual(countedByRows(world));
          const budget = 'SELECT total(weight) AS spent FROM error_budget_events GROUP BY deployment_id';
          for (const { spent } of world.rows(budget)) expect(spent).toBeLessThanOrEqual(1);
        } finally {
          world.close();
        }
      }),
      { numRuns: 150 },
    );
  }, 120_000);

  test('no total ever decreases', () => {
    fc.assert(
      fc.property(history, (steps) => {
        const world = ledgerWorld();
        try {
          let before = keptTotals(world);
          for (const [act, id] of steps) {
            act(world, id);
            const after = keptTotals(world);
            for (const [key, value] of Object.entries(before))
              expect(after[key], key).toBeGreaterThanOrEqual(value);
            before = after;
          }
        } finally {
          world.close();
        }
      }),
      { numRuns: 40 },
    );
  }, 120_000);
});

describe('Sums', () => {
  test('sums are exact: a million tenths are exactly a hundred thousand', () => {
    const world = ledgerWorld();
    const totals = new Totals(world.database, 1);
    world.database.exec('BEGIN');
    for (let count = 0; count < 10_000; count += 1)
      totals.observe('deployment_duration_seconds', { value: 0.1 });
    world.database.exec('COMMIT');
    expect(world.total('deployment_duration_seconds', [], 'sum')).toBe(1_000_000_000);
    expect(world.rows("SELECT typeof(value) AS type FROM totals WHERE part = 'sum'")).toEqual([
      { type: 'integer' },
    ]);
  });

  test('amounts and values are rounded to whole millionths', () => {
    const world = ledgerWorld();
    const totals = new Totals(world.database, 1);
    // Each is a little less than a whole number after the multiplication.
    for (const amount of [16.4, 33.3, 64.1]) {
      totals.countAmount('deployment_cpu_usage_seconds', { amount });
      totals.observe('deployment_duration_seconds', { value: amount });
    }
    expect(world.total('deployment_cpu_usage_seconds')).toBe(113_800_000);
    expect(world.total('deployment_duration_seconds', [], 'sum')).toBe(113_800_000);
  });
});
