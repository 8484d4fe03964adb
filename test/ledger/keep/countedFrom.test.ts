import { expect, test } from 'vitest';
import { countedFrom } from '../../../src/ledger/keep/countedFrom.ts';
import { ledgerWorld } from '../ledgerWorld.ts';
import { startMark } from '../makeMarks.ts';

const dayMs = 86_400_000;

test('ages are counted back from the newest mark if the clock is far ahead of it, and else from now', () => {
  const world = ledgerWorld();
  const atMs = world.context.instant().wallMs;
  const from = (days: number) => countedFrom(world.database, atMs + days * dayMs) - atMs;
  expect(from(400)).toBe(400 * dayMs); // no mark yet
  world.apply(startMark(world.context.instant()));
  expect([from(-400), from(0.5), from(366)]).toEqual([-400 * dayMs, 0.5 * dayMs, 0]);
});

test('a time that is none does not hide the newest mark', () => {
  const world = ledgerWorld();
  const atMs = world.context.instant().wallMs;
  world.apply(startMark(world.context.instant()));
  world.pass(10 * 86_400);
  world.apply(startMark(world.context.instant(), { deploymentId: 'd2', version: '2' }));
  world.database.exec(
    "UPDATE deployment_metrics SET deployment_started_at = 'zz' WHERE deployment_id = 'd1'",
  );
  expect(countedFrom(world.database, atMs + 400 * dayMs)).toBe(atMs + 10 * dayMs);
});
