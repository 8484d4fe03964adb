import { expect, test } from 'vitest';
import { measure } from './measure.ts';
import type { Row } from './row.ts';
import { Overdue } from './timed.ts';
import { makeWorld } from './world.ts';

const node = { path: process.execPath, version: process.versions.node };
const world = makeWorld({
  root: '.',
  node,
  program: 'bin/deploytrack.js',
  foreignProgram: undefined,
  gateway: undefined,
});

/** A row without a process, and in which rounds it was measured. */
function row(given: Partial<Row>, figure: (round: number) => number) {
  const rounds: number[] = [];
  const made: Row = {
    name: 'row',
    figure: 'ms',
    ...given,
    async sample(_world, { number }) {
      rounds.push(number);
      return { figure: figure(number) };
    },
  };
  return { made, rounds };
}

const run = async (rows: readonly Row[], pairs = 6) =>
  measure(world, rows, { pairs, first: 100, note: () => {} });

test('every row is measured in each round, slow ones in some, and the first round does not count', async () => {
  const [usual, slow] = [row({}, (round) => round), row({ every: 3 }, (round) => round)];
  const found = await run([usual.made, slow.made]);
  expect(usual.rounds).toEqual([100, 101, 102, 103, 104, 105, 106]);
  expect(found.get(usual.made)?.samples.map(({ figure }) => figure)).toEqual(usual.rounds.slice(1));
  expect(slow.rounds).toEqual([101, 104]);
});

test('a row gets the sample that another row has of the same round', async () => {
  const used = row({}, (round) => round * 2);
  const user: Row = {
    name: 'user',
    figure: 'ms',
    uses: [used.made],
    sample: async (_world, { sampleOf }) => ({ figure: sampleOf(used.made).figure + 0.5 }),
  };
  const found = await run([user, used.made], 2);
  expect(found.get(user)?.samples).toEqual([{ figure: 202.5 }, { figure: 204.5 }]);
  expect(used.rounds).toEqual([100, 101, 102]);
});

test('a row that fails is given up: after three times, or after one that does not end', async () => {
  const failing = row({}, () => {
    throw new Error('broken');
  });
  const hanging = row({}, () => {
    throw new Overdue('late');
  });
  const late = row({}, (round) => {
    if (round < 103) throw new Error('not yet');
    return 1;
  });
  const found = await run([failing.made, hanging.made, late.made]);
  expect([failing.rounds.length, hanging.rounds.length, late.rounds.length]).toEqual([3, 1, 3]);
  expect(found.get(failing.made)).toMatchObject({ samples: [], failures: ['broken', 'broken', 'broken'] });
});
