import { expect, test } from 'vitest';
import { openDeployments } from '../../src/ledger/deployments.ts';
import { versionInService } from '../../src/ledger/inService.ts';
import { type LedgerWorld, ledgerWorld } from './ledgerWorld.ts';
import { finishMark, startMark } from './makeMarks.ts';

const at = { wallMs: Date.parse('2026-01-15T10:00:00Z'), monotonicSeconds: 1000, boot: 'boot-1' };
const dayOf = (second: string) =>
  `strftime('%Y-%m-%dT%H:%M:%fZ', '2026-01-15T10:05:00Z', '-' || (${second}) || ' minutes')`;

/** A group with this many deployments of as many versions, after one that was successful. */
function manyVersions(count = 6000, status: 'success' | 'failed' = 'success'): LedgerWorld {
  const world = ledgerWorld();
  world.apply(startMark(at));
  world.apply(finishMark(at));
  world.database.exec(
    `INSERT INTO deployment_metrics (version, commit_sha, deployment_started_at, deployment_completed_at, total_duration, deployment_status,
       deployment_id, deployment, environment, service, instance)
     SELECT '2.' || n.value, 'commit-' || n.value, ${dayOf('n.value')}, ${dayOf('n.value')}, 1, '${status}', 'c' || n.value, deployment, environment, service, instance
     FROM deployment_metrics, (WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ${count}) SELECT value FROM n) AS n`,
  );
  return world;
}

/** Rolls back each of the newest deployments to the one before it. */
function rollBack(world: LedgerWorld, count: number): void {
  world.database.exec(
    `INSERT INTO rollbacks (deployment_id, rollback_id, at, reason, reason_class, from_version, to_version, success, settled)
     SELECT 'c' || n.value, 'r' || n.value, ${dayOf('n.value - 1')}, 'manual', 'manual', '2.' || n.value, '2.' || (n.value + 1), 1, 1
     FROM (WITH RECURSIVE n (value) AS (SELECT 1 UNION ALL SELECT value + 1 FROM n WHERE value < ${count}) SELECT value FROM n) AS n`,
  );
}

function fastestMs(work: () => void): number {
  const times = Array.from({ length: 7 }, () => {
    const begin = performance.now();
    work();
    return performance.now() - begin;
  });
  return Math.min(...times);
}

test('the version in service after a rollback is the one rolled back to, with its commit', () => {
  const world = manyVersions();
  rollBack(world, 300);
  expect(versionInService(world.database, 1)).toEqual({
    version: '2.2',
    commitSha: 'commit-2',
    sinceMs: at.wallMs + 300_000,
  });
});

test('a group in which nothing has succeeded does not search the rollbacks of all others', () => {
  const find = (rollbacks: number) => {
    const world = manyVersions();
    rollBack(world, rollbacks);
    world.database.exec(
      `INSERT INTO groups (instance, deployment, environment) SELECT 'other', deployment, environment FROM groups WHERE id = 1`,
    );
    const id = world.rows("SELECT id FROM groups WHERE instance = 'other'")[0]?.id as number;
    expect(versionInService(world.database, id)).toBeNull();
    return fastestMs(() => versionInService(world.database, id));
  };
  expect(find(5999) / find(1)).toBeLessThan(5);
});

test('without a successful deployment, a rollback tells what is in service', () => {
  const world = manyVersions(10, 'failed');
  rollBack(world, 3);
  world.database.exec("DELETE FROM deployment_metrics WHERE deployment_id NOT LIKE 'c%'");
  expect(versionInService(world.database, 1)).toMatchObject({ version: '2.2', commitSha: 'commit-2' });
});

test('three hundred rollbacks do not make finding the version in service several times slower', () => {
  const world = manyVersions();
  const find = () => versionInService(world.database, 1);
  rollBack(world, 1);
  const one = fastestMs(find);
  world.database.exec('DELETE FROM rollbacks');
  rollBack(world, 300);
  expect(fastestMs(find) / one).toBeLessThan(10);
});

test('thirty thousand finished deployments do not make the queries of start several times slower', () => {
  const few = ledgerWorld();
  few.apply(startMark(at));
  few.apply(finishMark(at));
  const asked = ({ database }: LedgerWorld) => {
    versionInService(database, 1);
    openDeployments(database, { deployment: 'shop', environment: 'production', instance: 'web-1' });
  };
  const many = manyVersions(30_000);
  rollBack(many, 1);
  expect(fastestMs(() => asked(many)) / fastestMs(() => asked(few))).toBeLessThan(4);
});
