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

describe('downtime', () => {
  test('is nothing without a failure', () => {
    expect(outages([[0, 5, true]])).toEqual([]);
    expect(outages([])).toEqual([]);
  });

  test('runs from the last success before the first failure to the first success after the last', () => {
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

  test('counts several gaps as one', () => {
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

  test('begins with the command where nothing answered before', () => {
    const lines: Line[] = [
      [0, 1, false],
      [100, 101, false],
      [200, 205, true],
    ];
    expect(outages(lines)).toEqual([[50, 205]]);
    expect(outages([[0, 1, false]])).toEqual([[50, null]]);
  });

  test('is nothing on a first deployment where nothing answered before', () => {
    const lines: Line[] = [
      [0, 1, false],
      [200, 205, true],
    ];
    expect(outages(lines, { hasPreviousVersion: false })).toEqual([]);
  });

  test('is measured on a first deployment of ours where something answered before', () => {
    const lines: Line[] = [
      [0, 5, true],
      [100, 101, false],
      [200, 205, true],
    ];
    expect(outages(lines, { hasPreviousVersion: false })).toEqual([[5, 205]]);
  });

  test('stays open where nothing answered afterwards', () => {
    const lines: Line[] = [
      [0, 5, true],
      [100, 101, false],
    ];
    expect(outages(lines)).toEqual([[5, null]]);
  });

  test('is never negative where the service was back before the command began', () => {
    const lines: Line[] = [
      [0, 1, false],
      [100, 105, true],
    ];
    expect(outages(lines, { commandMs: 150 })).toEqual([[150, 150]]);
  });

  test('is not prolonged by a timeout that ends long after the service was back', () => {
    const lines: Line[] = [
      [0, 5, true],
      [100, 1100, false],
      [200, 1200, false],
      [300, 305, true],
      [400, 405, true],
    ];
    expect(outages(lines)).toEqual([[5, 305]]);
  });

  test('lasts until the answer, not until the question, of connections that had to wait', () => {
    const lines: Line[] = [
      [0, 5, true],
      [100, 101, false],
      [200, 900, true],
      [300, 901, true],
      [400, 899, true],
    ];
    expect(outages(lines)).toEqual([[5, 899]]);
  });

  test('begins at the first failure where a slow answer was still under way', () => {
    const lines: Line[] = [
      [0, 500, true],
      [100, 101, false],
      [200, 201, false],
      [300, 305, true],
    ];
    expect(outages(lines)).toEqual([[100, 305]]);
  });

  test('is measured on the monotonic clock when wall time is set back meanwhile', () => {
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

/** Attempts every 100 ms at a service that is down once, as they would end. */
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

describe('the downtime of a service that is down once', () => {
  test('is found to an interval and an answer at each end, however its attempts fail and overlap', () => {
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

  test('does not depend on the order in which its attempts were settled', () => {
    const shuffledWorld = world.chain(({ lines }) =>
      fc.tuple(fc.constant(lines), fc.shuffledSubarray([...lines], { minLength: lines.length })),
    );
    fc.assert(
      fc.property(shuffledWorld, ([lines, shuffled]) => {
        expect(outages(shuffled)).toEqual(outages(lines));
      }),
    );
  });

  test('does not end before it began, whatever was seen', () => {
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
