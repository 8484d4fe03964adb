import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { measureOutages, type Sample } from '../../src/probe/downtime.ts';
import { at } from './attempts.ts';

/** An attempt as [sent, answered, healthy], in milliseconds. */
type Line = readonly [number, number, boolean];

function outages(lines: readonly Line[], { hasPreviousVersion = true, commandMs = 50 } = {}) {
  const attempts = lines.map(sample);
  const found = measureOutages({ attempts, commandStartedAt: at(commandMs), hasPreviousVersion });
  return found.map(({ beganAt, endedAt }) => [
    Math.round((beganAt.monotonicSeconds ?? Number.NaN) * 1000),
    endedAt === null ? null : Math.round((endedAt.monotonicSeconds ?? Number.NaN) * 1000),
  ]);
}

function sample([sentMs, answeredMs, healthy]: Line): Sample {
  return { startedAt: at(sentMs), endedAt: at(answeredMs), healthy };
}

describe('Downtime', () => {
  test('there is no downtime without a failure', () => {
    expect(outages([[0, 5, true]])).toEqual([]);
    expect(outages([])).toEqual([]);
  });

  test('downtime lasts from the last success before the first failure to the first success after the last failure', () => {
    const lines: Line[] = [
      [0, 5, true],
      [100, 105, true],
      [200, 201, false],
      [300, 301, false],
      [400, 407, true],
      [500, 505, true],
    ];
    expect(outages(lines)).toEqual([[105, 407]]);
  });

  test('several gaps count as one downtime', () => {
    const lines: Line[] = [
      [0, 5, true],
      [100, 101, false],
      [200, 205, true],
      [300, 305, true],
      [400, 401, false],
      [500, 505, true],
    ];
    expect(outages(lines)).toEqual([[5, 505]]);
  });

  test('downtime begins with the command if no attempt was successful before', () => {
    const lines: Line[] = [
      [0, 1, false],
      [100, 101, false],
      [200, 205, true],
    ];
    expect(outages(lines)).toEqual([[50, 205]]);
    expect(outages([[0, 1, false]])).toEqual([[50, null]]);
  });

  test('there is no downtime on a first deployment if no attempt was successful before', () => {
    const lines: Line[] = [
      [0, 1, false],
      [200, 205, true],
    ];
    expect(outages(lines, { hasPreviousVersion: false })).toEqual([]);
  });

  test('downtime is measured on a first deployment if attempts were successful before', () => {
    const lines: Line[] = [
      [0, 5, true],
      [100, 101, false],
      [200, 205, true],
    ];
    expect(outages(lines, { hasPreviousVersion: false })).toEqual([[5, 205]]);
  });

  test('downtime stays open if no attempt was successful afterwards', () => {
    const lines: Line[] = [
      [0, 5, true],
      [100, 101, false],
    ];
    expect(outages(lines)).toEqual([[5, null]]);
  });

  test('downtime is never negative, even if the service was back before the command started', () => {
    const lines: Line[] = [
      [0, 1, false],
      [100, 105, true],
    ];
    expect(outages(lines, { commandMs: 150 })).toEqual([[150, 150]]);
  });

  test('downtime is not prolonged by a timeout that ends long after the service is back', () => {
    const lines: Line[] = [
      [0, 5, true],
      [100, 1100, false],
      [200, 1200, false],
      [300, 305, true],
      [400, 405, true],
    ];
    expect(outages(lines)).toEqual([[5, 305]]);
  });

  test('downtime lasts until the first response, not until its request, if connections had to wait', () => {
    const lines: Line[] = [
      [0, 5, true],
      [100, 101, false],
      [200, 900, true],
      [300, 901, true],
      [400, 899, true],
    ];
    expect(outages(lines)).toEqual([[5, 899]]);
  });

  test('downtime begins at the first failure if a slow successful attempt was still running', () => {
    const lines: Line[] = [
      [0, 500, true],
      [100, 101, false],
      [200, 201, false],
      [300, 305, true],
    ];
    expect(outages(lines)).toEqual([[100, 305]]);
  });

  test('downtime is measured by the monotonic clock if the wall clock is set back', () => {
    const attempts = [sample([0, 5, true]), sample([100, 101, false]), sample([200, 205, true])];
    const setBack = attempts.map((one, index) => ({
      ...one,
      startedAt: { ...one.startedAt, wallMs: one.startedAt.wallMs - index * 3_600_000 },
    }));
    const [outage] = measureOutages({
      attempts: setBack,
      commandStartedAt: at(50),
      hasPreviousVersion: true,
    });
    expect(outage?.beganAt).toEqual(at(5));
    expect(outage?.endedAt).toEqual(at(205));
  });
});

/** Attempts every 100 ms at a service that is down once, with their results. */
const world = fc
  .record({
    downMs: fc.integer({ min: 150, max: 3000 }),
    lastsMs: fc.integer({ min: 0, max: 3000 }),
    latenciesMs: fc.array(fc.integer({ min: 1, max: 99 }), { minLength: 80, maxLength: 80 }),
    hangs: fc.boolean(),
  })
  .map(({ downMs, lastsMs, latenciesMs, hangs }) => {
    const upMs = downMs + lastsMs;
    const lines = latenciesMs.map((latencyMs, index): Line => {
      const sentMs = index * 100;
      const answeredMs = sentMs + latencyMs;
      const works = answeredMs <= downMs || sentMs >= upMs;
      return works ? [sentMs, answeredMs, true] : [sentMs, hangs ? sentMs + 1000 : sentMs + 1, false];
    });
    return { downMs, upMs, lines };
  });

describe('Downtime of a service that is down once', () => {
  test('measured downtime is exact to one interval and one response at each end, however attempts fail and overlap', () => {
    fc.assert(
      fc.property(world, ({ downMs, upMs, lines }) => {
        const [outage] = outages(lines);
        const slowestMs = Math.max(
          ...lines.filter(([, , ok]) => ok).map(([sent, answered]) => answered - sent),
        );
        if (outage === undefined) {
          expect(upMs - downMs).toBeLessThanOrEqual(100 + slowestMs);
          return;
        }
        const [beganMs, endedMs] = outage as [number, number];
        expect(beganMs).toBeLessThanOrEqual(downMs);
        expect(beganMs).toBeGreaterThanOrEqual(downMs - 100 - slowestMs);
        expect(endedMs).toBeGreaterThanOrEqual(upMs);
        expect(endedMs).toBeLessThanOrEqual(upMs + 100 + slowestMs);
      }),
    );
  });

  test('downtime does not depend on the order in which attempts finish', () => {
    const shuffledWorld = world.chain(({ lines }) =>
      fc.tuple(fc.constant(lines), fc.shuffledSubarray([...lines], { minLength: lines.length })),
    );
    fc.assert(
      fc.property(shuffledWorld, ([lines, shuffled]) => {
        expect(outages(shuffled)).toEqual(outages(lines));
      }),
    );
  });

  test('downtime never ends before it began, whatever the attempts', () => {
    const line = fc
      .tuple(fc.nat(5000), fc.nat(1000), fc.boolean())
      .map(([sent, took, ok]): Line => [sent, sent + took, ok]);
    fc.assert(
      fc.property(fc.array(line), fc.boolean(), (lines, hasPreviousVersion) => {
        const found = outages(lines, { hasPreviousVersion });
        expect(found.length).toBeLessThanOrEqual(1);
        for (const [began, ended] of found)
          expect(ended ?? Number.POSITIVE_INFINITY).toBeGreaterThanOrEqual(began ?? 0);
      }),
    );
  });
});
