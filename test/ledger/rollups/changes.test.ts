import { expect, test } from 'vitest';
import { transaction } from '../../../src/ledger/file/transaction.ts';
import { fold } from '../../../src/ledger/rollups/fold.ts';
import { type LedgerWorld, ledgerWorld } from '../ledgerWorld.ts';
import { fromRows, rolledUp } from './compared.ts';

/** A deployment that began in this hour of a day and took a minute. */
function row(id: string, hour: number, status: string): string {
  const time = (minute: number) => `2026-01-05T${String(hour).padStart(2, '0')}:${minute}:00.000Z`;
  return `INSERT INTO deployment_metrics (deployment_id, version, deployment, environment, instance, deployment_status, deployment_started_at,
    deployment_completed_at, total_duration) VALUES ('${id}', '${id}', 'shop', 'production', 'web-1', '${status}', '${time(10)}', '${time(20)}', 60);`;
}

const stage = (id: string, status: string, minute: number) =>
  `INSERT INTO deployment_stages (deployment_id, run_id, service, stage, started_at, ended_at, duration_seconds, status)
    VALUES ('${id}', '${id}-${minute}', 'shop', 'warm_up', '2026-01-05T02:${minute}:00.000Z', '2026-01-05T02:${minute}:30.000Z', 30, '${status}');`;

const check = (id: string, success: number) =>
  `INSERT INTO health_verifications (deployment_id, verification_id, service, check_type, started_at, ended_at, duration_seconds, success,
    verdict, attempts) VALUES ('${id}', '${id}-v', 'shop', 'http', '2026-01-05T02:11:00.000Z', '2026-01-05T02:12:00.000Z', 60, ${success}, 'x', 1);`;

const smoke = (id: string, status: string) =>
  `INSERT INTO smoke_tests (deployment_id, run_id, service, test_name, run_at, status)
    VALUES ('${id}', '${id}-s', 'shop', 'login', '2026-01-05T02:13:00.000Z', '${status}');`;

const back = (id: string) =>
  `INSERT INTO rollbacks (deployment_id, rollback_id, at, reason, reason_class, success)
    VALUES ('${id}', '${id}-b', '2026-01-05T02:30:00.000Z', 'x', 'x', 1);`;

/** Years later: everything is rolled up. */
function foldAll({ context, database }: LedgerWorld): void {
  context.setWallTime('2030-01-01T00:00:00.000Z');
  transaction(database, { mode: 'write' }, () => fold(context, { database, forMs: 1 }));
}

const failed = row('f', 2, 'failed');
const restored = failed + row('s', 5, 'success');

test.each([
  ['a success that restores an earlier failure', failed, row('s', 5, 'success')],
  ['a success between a failure and its restore', failed + row('s', 8, 'success'), row('n', 5, 'success')],
  ['a success before a failure', failed, row('n', 1, 'success')],
  [
    'the end of an open deployment',
    failed + row('s', 5, 'in-progress'),
    "UPDATE deployment_metrics SET deployment_status = 'success' WHERE deployment_id = 's'",
  ],
  [
    'a restore that is discarded',
    failed + row('s', 5, 'success') + row('n', 8, 'success'),
    "UPDATE deployment_metrics SET discarded = 1 WHERE deployment_id = 's'",
  ],
  [
    'a restore that is moved',
    failed + row('s', 5, 'success'),
    "UPDATE deployment_metrics SET deployment_completed_at = '2026-01-05T06:00:00.000Z' WHERE deployment_id = 's'",
  ],
  [
    "a restore that is another host's",
    failed + row('s', 5, 'success'),
    "UPDATE deployment_metrics SET instance = 'web-2' WHERE deployment_id = 's'",
  ],
  [
    'a restore that is deleted',
    failed + row('s', 5, 'success'),
    "DELETE FROM deployment_metrics WHERE deployment_id = 's'",
  ],
  [
    'a restore of a version that could not be rolled back',
    `${row('r', 2, 'success')}${back('r')}UPDATE rollbacks SET settled = 0;`,
    row('s', 5, 'success'),
  ],
  ['a failed phase', restored, stage('f', 'failed', 15)],
  ['a phase that is repeated', restored + stage('f', 'failed', 15), stage('f', 'success', 17)],
  [
    'a phase that is deleted',
    restored + stage('f', 'failed', 15),
    "DELETE FROM deployment_stages WHERE deployment_id = 'f'",
  ],
  ['a failed check', restored, check('f', 0)],
  ['a check that is changed', restored + check('f', 0), 'UPDATE health_verifications SET success = 1'],
  ['a check that is deleted', restored + check('f', 0), 'DELETE FROM health_verifications'],
  ['a failed test', restored, smoke('f', 'failure')],
  ['a test that is changed', restored + smoke('f', 'failure'), "UPDATE smoke_tests SET status = 'success'"],
  ['a test that is deleted', restored + smoke('f', 'failure'), 'DELETE FROM smoke_tests'],
  ['a rollback', row('r', 2, 'success'), back('r')],
  ['a rollback that is changed', row('r', 2, 'success') + back('r'), 'UPDATE rollbacks SET success = 0'],
  ['a rollback that is deleted', row('r', 2, 'success') + back('r'), 'DELETE FROM rollbacks'],
  [
    'a deployment that is moved to another day',
    failed,
    "UPDATE deployment_metrics SET deployment_started_at = '2026-02-01T00:00:00.000Z'",
  ],
  [
    'a start without a time of day',
    failed,
    "UPDATE deployment_metrics SET deployment_started_at = '2026-01-05'",
  ],
])('reports show %s at once', (_name, before, change) => {
  const world = ledgerWorld({ now: '2026-01-06T00:00:00.000Z' });
  world.database.exec(before);
  foldAll(world);
  const old = rolledUp(world, {});
  world.database.exec(change);
  expect(rolledUp(world, {})).toEqual(fromRows(world, {}));
  expect(rolledUp(world, {})).not.toEqual(old);
  foldAll(world);
  expect(rolledUp(world, {})).toEqual(fromRows(world, {}));
});
