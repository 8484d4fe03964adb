import { expect, test } from 'vitest';
import { newestMark } from '../../src/ledger/read/newestMark.ts';
import { ledgerWorld } from './ledgerWorld.ts';
import { finishMark, rollbackMark, startMark } from './makeMarks.ts';

test('the newest mark of a ledger may be a rollback after the deployment', () => {
  const world = ledgerWorld();
  expect(newestMark(world.database)).toBeNull();
  world.apply(startMark(world.context.instant()));
  world.apply(finishMark(world.context.instant(), { status: 'success' }));
  world.pass(60);
  const at = world.context.instant();
  world.apply(rollbackMark(at));
  expect(newestMark(world.database)).toBe(new Date(at.wallMs).toISOString());
});
