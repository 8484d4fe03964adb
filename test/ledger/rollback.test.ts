import { describe, expect, test } from 'vitest';
import { versionInService } from '../../src/ledger/inService.ts';
import { reasonLabel } from '../../src/ledger/marks/applyRollback.ts';
import { readSnapshot } from '../../src/ledger/push/snapshot.ts';
import { type LedgerWorld, ledgerWorld, unique } from './ledgerWorld.ts';
import { scriptOf } from './script.ts';

const counted = (world: LedgerWorld, reason: string) => [
  world.total('deployment_rollback_total', [reason, 'success']),
  world.total('deployment_rollback_total', [reason, 'failure']),
  world.total('deployment_rollback_count'),
];
const versionOf = (world: LedgerWorld) => versionInService(world.database, 1)?.version ?? null;

/** Versions that were deployed successfully, one after the other. */
function deployed(...versions: string[]) {
  const world = ledgerWorld();
  for (const version of versions) {
    const script = scriptOf(world, `d-${version}`);
    script.start({ version });
    world.pass(30);
    script.finish();
    world.pass(60);
  }
  return world;
}

describe('Rollback', () => {
  test('a rollback records its reason, the versions, and how long the version was in service', () => {
    const world = deployed('1', '2');
    expect(scriptOf(world, 'd-2').rollback({ reason: 'error rate' })).toEqual([]);
    expect(world.rows('SELECT * FROM rollbacks')).toMatchObject([
      {
        reason: 'error rate',
        reason_class: 'error_rate',
        from_version: '2',
        to_version: '1',
        success: 1,
        settled: 1,
        lived_seconds: 60,
      },
    ]);
    expect(counted(world, 'error_rate')).toEqual([1, 0, 1]);
  });

  test('a rollback does not change a final status', () => {
    const world = deployed('1', '2');
    const before = world.deployment('d-2');
    scriptOf(world, 'd-2').rollback();
    expect(world.deployment('d-2')).toEqual(before);
  });

  test('a rollback uses the given version', () => {
    const world = deployed('1', '2', '3');
    scriptOf(world, 'd-3').rollback({ toVersion: '1' });
    expect(world.rows('SELECT to_version AS version FROM rollbacks')).toEqual([{ version: '1' }]);
    expect(versionOf(world)).toBe('1');
  });

  test.each([
    ['health_check_failed', 'health_check_failed'],
    ['Health check failed', 'health_check_failed'],
    ['test-failed', 'test_failed'],
    ['ERROR_RATE', 'error_rate'],
    [' manual ', 'manual'],
    ['because of the moon', 'other'],
    ['other', 'other'],
  ])('the rollback reason %j counts as %s', (reason, label) => {
    expect(reasonLabel(reason)).toBe(label);
  });

  test('a rollback with a begin and an end is one event, counted at its end', () => {
    const world = deployed('1');
    const script = scriptOf(world, 'd-1');
    const event = { rollbackId: unique(), reason: 'manual' };
    script.rollback({ ...event, step: 'begin', success: false });
    expect(counted(world, 'manual')).toEqual([0, 0, 0]);
    script.rollback({ ...event, step: 'end', success: true });
    expect(counted(world, 'manual')).toEqual([1, 0, 1]);
    expect(world.rows('SELECT success, settled FROM rollbacks')).toEqual([{ success: 1, settled: 1 }]);
  });

  test('a rollback that never ended has failed when the deployment finishes, and its late end is not counted', () => {
    const world = ledgerWorld();
    const script = scriptOf(world);
    script.start();
    const event = { rollbackId: unique(), reason: 'manual' };
    script.rollback({ ...event, step: 'begin', success: false });
    script.finish({ exitCode: 143 });
    expect(counted(world, 'manual')).toEqual([0, 1, 1]);
    expect(script.rollback({ ...event, step: 'end', success: true }).map(({ code }) => code)).toEqual([
      'LATE',
    ]);
    expect(counted(world, 'manual')).toEqual([0, 1, 1]);
    expect(world.rows('SELECT success, settled FROM rollbacks')).toEqual([{ success: 0, settled: 1 }]);
  });

  test('a failed rollback is counted as a failure', () => {
    const world = deployed('1', '2');
    scriptOf(world, 'd-2').rollback({ success: false, reason: 'manual' });
    expect(counted(world, 'manual')).toEqual([0, 1, 1]);
    expect(versionOf(world)).toBe('2');
  });
});

describe('Phases after a rollback', () => {
  test('phases after a rollback are marked as such and fill no column, but count in the totals of stages', () => {
    const world = ledgerWorld();
    const script = scriptOf(world);
    script.start();
    script.wrap('cutover', { seconds: 5 });
    script.open('cutover', 'worker');
    script.rollback({ step: 'begin' });
    script.wrap('cutover', { seconds: 7 });
    script.wrap('rollback', { seconds: 9 });
    expect(world.rows('SELECT stage, service, of_rollback FROM deployment_stages ORDER BY id')).toEqual([
      { stage: 'cutover', service: 'shop', of_rollback: 0 },
      { stage: 'cutover', service: 'worker', of_rollback: 0 },
      { stage: 'cutover', service: 'shop', of_rollback: 1 },
      { stage: 'rollback', service: 'shop', of_rollback: 1 },
    ]);
    expect(world.deployment().cutover_duration).toBe(5);
    expect(world.observed('deployment_stage_duration_seconds', ['shop', 'cutover'])).toEqual({
      count: 2,
      sum: 12,
    });
  });

  test('phases after a rollback do not affect the status', () => {
    const world = ledgerWorld();
    const script = scriptOf(world);
    script.start();
    script.wrap('cutover', { code: 4 });
    script.rollback();
    script.wrap('cutover');
    script.finish();
    expect(world.deployment()).toMatchObject({
      deployment_status: 'failed',
      error_message: 'phase cutover: exit code 4',
    });
  });
});

describe('Version in service', () => {
  test('there is no version in service before a deployment succeeded', () => {
    const world = ledgerWorld();
    const script = scriptOf(world);
    script.start();
    expect(versionOf(world)).toBeNull();
    script.finish({ exitCode: 1 });
    expect(versionOf(world)).toBeNull();
  });

  test('the version in service is that of the newest successful deployment, including warnings', () => {
    const world = deployed('1', '2');
    const script = scriptOf(world, 'd3');
    script.start({ version: '3' });
    script.finish({ status: 'warning' });
    expect(versionOf(world)).toBe('3');
    expect(versionInService(world.database, 1)?.sinceMs).toBe(
      Date.parse(String(world.deployment('d3').deployment_completed_at)),
    );
  });

  test('the version in service at start is the previous version of the deployment', () => {
    const world = deployed('1', '2');
    expect(world.deployment('d-2').previous_version).toBe('1');
    expect(world.deployment('d-1').previous_version).toBeNull();
  });

  test('the version in service is the one rolled back to, until a newer deployment succeeds', () => {
    const world = deployed('1', '2');
    scriptOf(world, 'd-2').rollback();
    expect(versionOf(world)).toBe('1');
    world.pass(10);
    const next = scriptOf(world, 'd3');
    next.start({ version: '3' });
    expect(world.deployment('d3').previous_version).toBe('1');
    world.pass(10);
    next.finish();
    expect(versionOf(world)).toBe('3');
  });

  test('the version in service is the one rolled back to even if the rollback was part of a failed deployment', () => {
    const world = deployed('1');
    const script = scriptOf(world, 'd2');
    script.start({ version: '2' });
    world.pass(10);
    script.rollback();
    world.pass(10);
    script.finish({ exitCode: 1 });
    expect(versionOf(world)).toBe('1');
  });

  test('hosts, environments and deployments have separate versions in service', () => {
    const world = deployed('1');
    for (const said of [{ instance: 'web-2' }, { environment: 'staging' }, { deployment: 'billing' }]) {
      const id = Object.values(said)[0] as string;
      scriptOf(world, id).start({ version: '9', ...said });
      expect(world.deployment(id).previous_version).toBeNull();
    }
  });
});

describe('Rolled back deployment in the metrics', () => {
  test('a rolled back deployment is shown as such, while its row and its counter do not change', () => {
    const world = deployed('1', '2');
    scriptOf(world, 'd-2').rollback();
    const snapshot = readSnapshot(world.database, { groupId: 1, programVersion: '0.1.0' });
    expect(snapshot.recent.map(({ id, status, rolledBack }) => ({ id, status, rolledBack }))).toEqual([
      { id: 'd-2', status: 'success', rolledBack: true },
      { id: 'd-1', status: 'success', rolledBack: false },
    ]);
    expect(world.total('deployment_total', ['success'])).toBe(2);
  });
});
