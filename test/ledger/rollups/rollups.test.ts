import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forgetRollups } from '../../../src/ledger/file/rollupTables.ts';
import { transaction } from '../../../src/ledger/file/transaction.ts';
import { withFitRows } from '../../../src/ledger/fit/views.ts';
import type { DeploymentFilter } from '../../../src/ledger/read/filter.ts';
import { finishedCondition } from '../../../src/ledger/read/filter.ts';
import { lastSeconds } from '../../../src/ledger/read/phaseSeconds.ts';
import { rangeCondition } from '../../../src/ledger/rollups/condition.ts';
import { fold } from '../../../src/ledger/rollups/fold.ts';
import { newestSeconds } from '../../../src/ledger/rollups/newestSeconds.ts';
import { readBySite } from '../../../src/ledger/rollups/readTallies.ts';
import { addRows } from '../../../src/ledger/rollups/rowTallies.ts';
import { SitesTallies, type SiteTallies } from '../../../src/ledger/rollups/siteTallies.ts';
import type { Sketch } from '../../../src/ledger/rollups/sketch.ts';
import { askedRange } from '../../../src/ledger/rollups/units.ts';
import { type LedgerWorld, ledgerWorld } from '../ledgerWorld.ts';
import { histories, nowMs, type Step } from './histories.ts';

const kinds = ['totals', 'phases', 'hosts'] as const;

/** Sums of the same numbers in another order. */
const near = (sum: number): number => Number(sum.toPrecision(10));

const ofSketch = (sketch: Sketch) => ({ ...sketch.summary(), mean: near(sketch.sum) });

function shown(sites: readonly SiteTallies[]) {
  return sites
    .filter(({ totals }) => totals.total > 0)
    .map(({ deployment, environment, totals, phases, hosts }) => ({
      deployment,
      environment,
      counts: [totals.total, totals.warning, totals.failed, totals.bad, totals.downtimeTogether.count],
      downtime: near(totals.downtimeTogether.sum),
      sketches: [
        totals.totalSeconds,
        totals.downtimeSeconds,
        totals.timeToHealthySeconds,
        totals.healthCheckSeconds,
        totals.timeToDeploySeconds,
        totals.restoreSeconds,
      ].map(ofSketch),
      phases: phases
        .entries()
        .map(([name, phase]) => [
          name,
          phase.deployments,
          near(phase.seconds),
          phase.failed,
          ofSketch(phase.durations),
        ]),
      hosts: hosts
        .entries()
        .map(([name, host]) => [
          name,
          host.deployments,
          host.failed,
          host.rolledBack,
          host.lastStartedAt,
          host.lastRow,
          host.downtime.count,
          near(host.downtime.sum),
          ofSketch(host.durations),
        ]),
    }))
    .sort((one, other) => (one.deployment < other.deployment ? -1 : 1));
}

function fromRows({ database }: LedgerWorld, filter: DeploymentFilter) {
  const to = new SitesTallies({ together: false });
  addRows(database, { finished: rangeCondition(filter, askedRange(filter)), kinds, to });
  return shown(to.all());
}

const rolledUp = ({ database }: LedgerWorld, filter: DeploymentFilter) =>
  shown(readBySite(database, { filter, kinds }));

const stored = ({ rows }: LedgerWorld) =>
  rows('SELECT * FROM rollups ORDER BY kind, level, unit, deployment, environment');

/** Years later, when every unit has ended. */
function foldAll({ context, database }: LedgerWorld): void {
  context.setWallTime('2030-01-01T00:00:00.000Z');
  transaction(database, { mode: 'write' }, () => fold(context, { database, forMs: 1 }));
}

function ledgerAfter(steps: readonly Step[]): LedgerWorld {
  const world = ledgerWorld({ now: nowMs });
  for (const [number, step] of steps.entries()) step(world, { number });
  return world;
}

/** Times within hours, days and months, and at their borders. */
const periods = fc.record({
  sinceMs: fc.option(fc.integer({ min: nowMs - 110 * 86_400_000, max: nowMs }), { nil: undefined }),
  untilMs: fc.option(fc.integer({ min: nowMs - 40 * 86_400_000, max: nowMs + 1 }), { nil: undefined }),
  deployment: fc.constantFrom(undefined, 'shop'),
});

describe('After any history', () => {
  test('reports read from roll-ups what they read from rows', () => {
    fc.assert(
      fc.property(histories, periods, (steps, period) => {
        const world = ledgerAfter(steps);
        withFitRows(world.database, {
          tables: 'all',
          work: () => {
            for (const filter of [{}, period])
              expect(rolledUp(world, filter)).toEqual(fromRows(world, filter));
          },
        });
        world.close();
      }),
      { numRuns: 50 },
    );
  });

  test('roll-ups are the same as those that are rebuilt from the rows', () => {
    fc.assert(
      fc.property(histories, (steps) => {
        const world = ledgerAfter(steps);
        foldAll(world);
        const before = stored(world);
        world.database.exec(forgetRollups);
        expect(stored(world)).toEqual([]);
        foldAll(world);
        expect(stored(world)).toEqual(before);
        expect(rolledUp(world, {})).toEqual(fromRows(world, {}));
        world.close();
      }),
      { numRuns: 50 },
    );
  });

  test('the newest durations of a phase are found in whichever hours it ran', () => {
    fc.assert(
      fc.property(histories, periods, fc.constantFrom('extract', 'warm_up'), (steps, filter, stage) => {
        const world = ledgerAfter(steps);
        const finished = finishedCondition(filter);
        expect(newestSeconds(world.database, { filter, stage, most: 4 })).toEqual(
          lastSeconds(world.database, { finished, stage, most: 4 }),
        );
        world.close();
      }),
      { numRuns: 30 },
    );
  });
});
