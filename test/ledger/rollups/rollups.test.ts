import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { forgetRollups } from '../../../src/ledger/file/rollupTables.ts';
import { transaction } from '../../../src/ledger/file/transaction.ts';
import { withFitRows } from '../../../src/ledger/fit/views.ts';
import { finishedCondition } from '../../../src/ledger/read/filter.ts';
import { lastSeconds } from '../../../src/ledger/read/phaseSeconds.ts';
import { fold } from '../../../src/ledger/rollups/fold.ts';
import { newestSeconds } from '../../../src/ledger/rollups/newestSeconds.ts';
import { type LedgerWorld, ledgerWorld } from '../ledgerWorld.ts';
import { fromRows, rolledUp } from './compared.ts';
import { histories, nowMs, type Step } from './histories.ts';

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
