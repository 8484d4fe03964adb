import { describe, expect, test } from 'vitest';
import type { StartMark } from '../../src/marks.ts';
import { type LedgerWorld, ledgerWorld } from './ledgerWorld.ts';
import { phaseStartMark, startMark } from './makeMarks.ts';
import { scriptOf } from './script.ts';

const codes = (warnings: readonly { code: string }[]) => warnings.map(({ code }) => code);
const start = (world: LedgerWorld, id: string, said: Partial<StartMark> = {}) =>
  scriptOf(world, id).start(said);
const startedAt = (world: LedgerWorld, id: string) => world.deployment(id).deployment_started_at;

describe('Command start', () => {
  test('start records one row with everything given', () => {
    const world = ledgerWorld();
    start(world, 'd1', {
      version: 'v "1"\n💥',
      previousVersion: '0.9',
      commitSha: 'abc',
      url: 'https://ci/1',
      triggeredBy: 'ada',
      method: 'azure-arc',
      notes: 'by hand',
      runner: 'agent-3',
      pythonCommand: 'venv/bin/python',
      rollbackOf: 'd0',
    });
    expect(world.deployment()).toMatchObject({
      deployment_id: 'd1',
      version: 'v "1"\n💥',
      previous_version: '0.9',
      deployment_started_at: '2026-01-15T10:00:00.000Z',
      deployment_completed_at: null,
      deployment_status: 'in-progress',
      health_check_success: 0,
      hostname: 'WEB-1',
      instance: 'web-1',
      runner: 'agent-3',
      deployment: 'shop',
      environment: 'production',
      service: 'shop',
      commit_sha: 'abc',
      url: 'https://ci/1',
      triggered_by: 'ada',
      deployment_method: 'azure-arc',
      notes: 'by hand',
      python_command: 'venv/bin/python',
      rollback_of: 'd0',
      total_duration: null,
      fragment: 0,
    });
  });

  test('start records a version of 10 kB completely', () => {
    const world = ledgerWorld();
    start(world, 'd1', { version: 'ü'.repeat(5000) });
    expect(world.deployment().version).toBe('ü'.repeat(5000));
  });

  test('starts of the same version in the same millisecond are moved by a millisecond each', () => {
    const world = ledgerWorld();
    start(world, 'd1');
    start(world, 'd2', { deployment: 'billing' });
    start(world, 'd3', { environment: 'staging' });
    start(world, 'd4', { version: '2' });
    expect(['d1', 'd2', 'd3', 'd4'].map((id) => startedAt(world, id))).toEqual([
      '2026-01-15T10:00:00.000Z',
      '2026-01-15T10:00:00.001Z',
      '2026-01-15T10:00:00.002Z',
      '2026-01-15T10:00:00.000Z',
    ]);
  });

  test('start with an existing ID continues that deployment, with a warning unless --join was given', () => {
    const world = ledgerWorld();
    start(world, 'd1');
    const before = world.deployment();
    expect(codes(start(world, 'd1', { version: '2' }))).toEqual(['ID_TAKEN']);
    expect(codes(start(world, 'd1', { version: '2', join: true }))).toEqual([]);
    expect(world.deployment()).toEqual(before);
  });

  test('after a start the gateway is read before the next push: another ledger may have pushed since', () => {
    const world = ledgerWorld();
    start(world, 'd1');
    world.database.exec("UPDATE groups SET adopted_url = 'http://gateway', adopted_at = 1");
    start(world, 'd2', { version: '2' });
    expect(world.rows('SELECT adopted_url, adopted_at FROM groups')).toEqual([
      { adopted_url: 'http://gateway', adopted_at: null },
    ]);
  });

  test('every mark increases the sequence number of its group, so that it is pushed', () => {
    const world = ledgerWorld();
    const script = scriptOf(world);
    const seq = () => Number(world.rows('SELECT seq FROM groups')[0]?.seq);
    script.start();
    let last = 0;
    for (const step of [
      () => script.open('extract'),
      () => script.wrap('migration'),
      () => script.health(),
      () => script.rollback(),
      () => script.finish(),
      () => script.wrap('late'),
    ]) {
      expect(seq()).toBeGreaterThan(last);
      last = seq();
      step();
    }
    expect(seq()).toBeGreaterThan(last);
  });
});

describe('Marks of an unknown ID', () => {
  const fragment = () => {
    const world = ledgerWorld();
    const script = scriptOf(world, 'd1');
    return { world, script, first: script.wrap('migration', { seconds: 5, migrationCount: 3 }) };
  };

  test('marks of an unknown ID are stored under it, with one warning', () => {
    const { world, script, first } = fragment();
    expect(codes(first)).toEqual(['UNKNOWN_ID']);
    expect(codes(script.open('extract'))).toEqual([]);
    expect(codes(script.health())).toEqual([]);
    expect(world.deployment()).toMatchObject({
      fragment: 1,
      version: 'unknown',
      deployment: null,
      migration_duration: 5,
    });
    expect(world.rows('SELECT count(*) AS runs FROM deployment_stages')).toEqual([{ runs: 3 }]);
  });

  test('marks of an unknown ID are not counted and create no group', () => {
    const { world, script } = fragment();
    script.health();
    script.rollback();
    script.finish({ exitCode: 1, notes: 'kept' });
    expect(world.rows('SELECT * FROM totals')).toEqual([]);
    expect(world.rows('SELECT * FROM groups')).toEqual([]);
    expect(world.deployment()).toMatchObject({
      deployment_status: 'in-progress',
      fragment: 1,
      exit_code: 1,
      notes: 'kept',
    });
  });

  test('two unknown IDs in the same millisecond have two rows', () => {
    const world = ledgerWorld();
    const at = world.context.instant();
    world.apply(phaseStartMark(at, { deploymentId: 'a' }));
    world.apply(phaseStartMark(at, { deploymentId: 'b' }));
    expect(
      world.rows('SELECT deployment_id AS id FROM deployment_metrics ORDER BY id').map((row) => row.id),
    ).toEqual(['a', 'b']);
  });

  test('marks of an unknown ID are counted once its start is recorded', () => {
    const { world, script } = fragment();
    script.wrap('extract', { seconds: 2, code: 3, service: 'worker' });
    script.open('cutover');
    script.health({ bad: 2 });
    script.rollback({ reason: 'manual' });
    const startedAt = {
      ...world.context.instant(),
      wallMs: Date.parse('2026-01-15T09:59:00Z'),
      monotonicSeconds: 940,
    };
    world.apply(startMark(startedAt, { deploymentId: 'd1', version: '1.2.3' }));
    expect(world.deployment()).toMatchObject({
      fragment: 0,
      version: '1.2.3',
      deployment: 'shop',
      service: 'shop',
      deployment_started_at: '2026-01-15T09:59:00.000Z',
      extract_duration: 2,
    });
    expect(
      world.rows('SELECT DISTINCT service FROM deployment_stages ORDER BY service').map((row) => row.service),
    ).toEqual(['shop', 'worker']);
    expect(world.observed('deployment_stage_duration_seconds', ['shop', 'migration'])).toEqual({
      count: 1,
      sum: 5,
    });
    expect(world.total('deployment_stage_failures_total', ['worker', 'extract', 'exit_code'])).toBe(1);
    expect(world.total('migration_total', ['success'])).toBe(3);
    expect(world.observed('api_health_check_latency_ms', ['healthy'])).toEqual({ count: 1, sum: 20 });
    expect(world.observed('api_health_check_latency_ms', ['unhealthy']).count).toBe(0);
    expect(world.total('deployment_rollback_count')).toBe(1);
    script.finish();
    expect(world.total('deployment_total', ['failure'])).toBe(1);
  });
});
