import fc from 'fast-check';
import { expect, test } from 'vitest';
import { appendToJournal } from '../../../src/ledger/journal/journal.ts';
import type { Due } from '../../../src/ledger/keep/due.ts';
import { freeSpace, ledgerBytes } from '../../../src/ledger/keep/freeSpace.ts';
import { prune } from '../../../src/ledger/keep/prune.ts';
import { planPruning } from '../../../src/ledger/keep/stayed.ts';
import { stayingOf } from '../../../src/ledger/keep/staying.ts';
import { deletedTables, stayingTables } from '../../../src/ledger/keep/tables.ts';
import { type LedgerWorld, ledgerWorld } from '../ledgerWorld.ts';
import { rollbackMark, startMark } from '../makeMarks.ts';
import { histories, pushedText } from './history.ts';
import { leftOver } from './oracle.ts';
import { plain, played, pruned, untilOf } from './played.ts';

/** Rows of deployments in every table that refers to one, by table. */
function references(world: LedgerWorld): Record<string, string[]> {
  const tables = world.rows(
    `SELECT m.name FROM sqlite_master m WHERE m.type = 'table' AND EXISTS
     (SELECT 1 FROM pragma_table_info(m.name) c WHERE c.name = 'deployment_id')`,
  );
  return Object.fromEntries(
    tables.map(({ name }) => [
      String(name),
      world.rows(`SELECT deployment_id FROM ${name}`).map((row) => String(row.deployment_id)),
    ]),
  );
}

test('every table with a reference to a deployment is pruned, or stays for a reason', () => {
  expect(Object.keys(references(ledgerWorld())).sort()).toEqual([...deletedTables, ...stayingTables].sort());
});

test('for any history, prune leaves what is needed and nothing more, and no byte of the metrics changes', async () => {
  await fc.assert(
    fc.asyncProperty(histories, fc.integer({ min: 1, max: 600 }), async (history, days) => {
      const { world, store } = played(history);
      const { until } = untilOf(world, days);
      const [before, left] = [pushedText(world), leftOver(world, until)];
      const all = history.map((_, index) => `d${index}`);
      const plan = planPruning(world.database, { ...untilOf(world, days), waiting: new Set() });
      const gone = (await pruned({ world, store }, days)).map(({ id }) => id);
      expect(pushedText(world)).toBe(before);
      expect(gone.sort()).toEqual(all.filter((id) => !left.has(id)).sort());
      expect(plan.due.map(({ id }) => id).sort()).toEqual(gone);
      for (const ids of Object.values(references(world)))
        expect(ids.filter((id) => gone.includes(id))).toEqual([]);
      expect(world.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    }),
    { numRuns: 10 },
  );
}, 60_000);

test('an older deployment that stays never takes the place of one that a push searches', async () => {
  // Of more than a hundred, only the open first one has a version of its own: it is beyond what a push searches.
  const history = [
    { ...plain, version: 5, end: 'open' as const },
    ...Array.from({ length: 110 }, () => plain),
  ];
  const there = played(history);
  there.world.pass(500 * 86_400);
  const before = pushedText(there.world);
  expect((await pruned(there, 400)).map(({ id }) => id)).toEqual(
    Array.from({ length: 10 }, (_, n) => `d${n + 1}`),
  );
  expect(pushedText(there.world)).toBe(before);
});

test('of a version that is deployed again and again, the one before it stays, and an invalid row takes no place', async () => {
  const { database } = ledgerWorld();
  database.exec(`WITH RECURSIVE numbers(n) AS (SELECT 0 UNION ALL SELECT n + 1 FROM numbers WHERE n < 151)
    INSERT INTO deployment_metrics (deployment_id, deployment, environment, instance, version, deployment_started_at, deployment_completed_at, deployment_status)
    SELECT 'd' || n, 'shop', 'production', 'web-0', min(n, 1), time, time, iif(n <= 150, 'success', 'failed')
    FROM (SELECT n, strftime('%Y-%m-%dT%H:%M:%fZ', '2020-01-01', n || ' minutes') AS time FROM numbers)`);
  database.exec("UPDATE deployment_metrics SET deployment_completed_at = '9999' WHERE deployment_id = 'd5'");
  const site = { deployment: 'shop', environment: 'production', instance: 'web-0' };
  expect([...stayingOf(database, { site, referred: new Map() })]).toEqual([
    ['d151', 'newest'],
    ['d150', 'successful'],
    ['d0', 'successful'],
  ]);
});

test('a deployment stays while its container exists, its rollback is open, or one of its marks waits', async () => {
  const there = played(Array.from({ length: 30 }, () => plain));
  const { world } = there;
  world.database.exec(`
    INSERT INTO containers (container_id, deployment_id, name) VALUES ('c', 'd1', 'web');
    INSERT INTO containers (container_id, deployment_id, name, removed_at) VALUES ('gone', 'd4', 'web', '2026-01-15T10:00:00.000Z');
    INSERT INTO rollbacks (deployment_id, rollback_id, at, reason, reason_class, success, settled)
      VALUES ('d2', 'r', '2026-01-15T10:00:00.000Z', 'x', 'other', 0, 0);
    INSERT INTO marks_kept (deployment_id, mark_id, mark) VALUES ('waits: d3', 'm', '{}')`);
  world.database.exec(
    "UPDATE deployment_metrics SET version = x'00', instance = 'web-9' WHERE deployment_id = 'd3'",
  );
  world.pass(500 * 86_400);
  const waiting = new Set(['d5']);
  const { stayed, due } = planPruning(world.database, { ...untilOf(world, 400), waiting });
  expect(stayed).toMatchObject({ container_present: 1, open_rollback: 1, invalid_row: 1, marks_waiting: 1 });
  const ids = due.map(({ id }) => id);
  expect(['d1', 'd2', 'd3', 'd5'].filter((id) => ids.includes(id))).toEqual([]);
  expect(ids).toContain('d4');
});

test('a mark that prune itself imports between two of its transactions keeps its deployment', async () => {
  const { world, store } = played(Array.from({ length: 80 }, () => plain));
  world.pass(500 * 86_400);
  const task = untilOf(world, 400);
  const last = planPruning(world.database, { ...task, waiting: new Set() }).due.at(-1)?.id as string;
  const mark = rollbackMark(world.context.instant(), { deploymentId: last });
  const batches: number[] = [];
  const deleted = (some: readonly Due[]) => {
    if (batches.length === 0) appendToJournal(mark, store.options);
    batches.push(some.length);
  };
  const { waiting } = await prune(world.context, { ...task, store, warnings: [], deleted });
  expect(batches.length).toBeGreaterThan(1);
  expect([...waiting]).toEqual([last]);
  expect(world.deployment(last).deployment_id).toBe(last);
  expect(world.rows('SELECT deployment_id FROM rollbacks')).toEqual([{ deployment_id: last }]);
});

test('a pruned ID can be used again', async () => {
  const there = played(Array.from({ length: 20 }, () => plain));
  there.world.pass(500 * 86_400);
  await pruned(there, 400);
  expect(there.world.rows("SELECT 1 FROM deployment_metrics WHERE deployment_id = 'd0'")).toEqual([]);
  there.world.apply(startMark(there.world.context.instant(), { deploymentId: 'd0' }));
  expect(there.world.deployment('d0').deployment_status).toBe('in-progress');
});

test.each([
  { what: 'of this version', auto: 2 },
  { what: 'of an older version, which is written anew once', auto: 0 },
])('the disk gets the space of a ledger $what back', async ({ auto }) => {
  const there = played(Array.from({ length: 60 }, () => plain));
  const { world, store } = there;
  if (auto === 0) world.database.exec('PRAGMA auto_vacuum = NONE; VACUUM');
  world.database.exec('UPDATE deployment_stages SET stderr_tail = hex(zeroblob(20000))');
  world.database.pragma('wal_checkpoint(TRUNCATE)');
  const before = ledgerBytes(world.path);
  expect(world.database.pragma('auto_vacuum', { simple: true })).toBe(auto);
  world.pass(500 * 86_400);
  await pruned(there, 400);
  expect(await freeSpace(world.context, store)).toEqual({ left: 0, why: null });
  expect(ledgerBytes(world.path)).toBeLessThan(before / 2);
  expect(world.rows('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
});

test('space that a lock keeps in the file is a note, not an error: everything is deleted', async () => {
  const there = played(Array.from({ length: 60 }, () => plain));
  const { world, store } = there;
  world.database.exec('UPDATE deployment_stages SET stderr_tail = hex(zeroblob(20000))');
  world.pass(500 * 86_400);
  await pruned(there, 400);
  world.database.exec('BEGIN IMMEDIATE');
  expect(await freeSpace(world.context, store)).toMatchObject({ why: 'locked', left: expect.any(Number) });
  world.database.exec('ROLLBACK');
  expect(await freeSpace(world.context, store)).toEqual({ left: 0, why: null });
});
