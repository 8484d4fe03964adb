import { describe, expect, test } from 'vitest';
import { begun } from './healthSteps.ts';
import { rollbackMark } from './makeMarks.ts';

describe('time to healthy', () => {
  test('counts from the end of the cutover to the first right answer', () => {
    const { cutover, health, bad, good, columns } = begun();
    cutover(0, 10);
    health([bad(11), bad(12), good(25.55), good(26)]);
    expect(columns()).toEqual([1, 15.25, '15.8']);
  });

  test('counts from the latest cutover', () => {
    const { cutover, health, good, columns } = begun();
    cutover(0, 10);
    cutover(20, 22);
    health([good(30, 0.5)]);
    expect(columns()[2]).toBe('8.5');
  });

  test('counts from `--since` where no cutover ran', () => {
    const { world, health, good, columns } = begun();
    health([good(30, 0.5)], { sinceMs: world.context.instant().wallMs + 10_000 });
    expect(columns()[2]).toBe('20.5');
  });

  test('prefers the cutover to `--since`', () => {
    const { world, cutover, health, good, columns } = begun();
    cutover(0, 10);
    health([good(30, 0.5)], { sinceMs: world.context.instant().wallMs });
    expect(columns()[2]).toBe('20.5');
  });

  test('counts from the start of `health` where there is neither', () => {
    const { health, bad, good, columns } = begun();
    health([bad(30), good(33, 0.5)]);
    expect(columns()[2]).toBe('3.5');
  });

  test('is 0 where the answer was right before the cutover had ended', () => {
    const { cutover, health, good, columns } = begun();
    cutover(0, 10);
    health([good(8)]);
    expect(columns()[2]).toBe('0');
  });

  test('is unknown where no answer was right', () => {
    const { health, bad, columns } = begun();
    health([bad(1), bad(2)]);
    expect(columns()).toEqual([0, 1.25, null]);
  });

  test('is text that reads as the shortest decimal, and counts by its value', () => {
    const { world, health, good, finish } = begun();
    health([good(0, 100.4)]);
    finish(200);
    expect(
      world.rows('SELECT typeof(time_to_healthy) AS type, time_to_healthy AS text FROM deployment_metrics'),
    ).toEqual([{ type: 'text', text: '100.4' }]);
    expect(world.observed('deployment_time_to_healthy_seconds')).toEqual({ count: 1, sum: 100.4 });
  });
});

describe('a verification', () => {
  test('is a row, and each of its attempts one with latency and verdict', () => {
    const { world, health, bad, good } = begun();
    health([bad(1), good(2)], { service: 'worker', expectedVersion: '1.0.0' });
    expect(world.rows('SELECT * FROM health_verifications')).toMatchObject([
      {
        service: 'worker',
        check_type: 'http',
        success: 1,
        attempts: 2,
        duration_seconds: 1.25,
        of_rollback: 0,
        late: 0,
        error_message: null,
      },
    ]);
    expect(world.rows('SELECT * FROM health_checks ORDER BY id')).toMatchObject([
      {
        service: 'worker',
        status: 'unhealthy',
        verdict: 'wrong_status',
        status_code: 503,
        latency_seconds: 0.25,
        error_message: 'no service',
      },
      { service: 'worker', status: 'healthy', verdict: 'healthy', status_code: 200, error_message: null },
    ]);
  });

  test('is a run of the phase health_check, which is not judged twice', () => {
    const { world, health, bad, finish } = begun();
    health([bad(1)], { judged: 'allowed' });
    expect(world.rows('SELECT stage, status, judged, error_type FROM deployment_stages')).toEqual([
      { stage: 'health_check', status: 'failed', judged: 'no', error_type: 'other' },
    ]);
    finish(5);
    expect(world.deployment().deployment_status).toBe('warning');
  });

  test('that comes after another replaces what it said', () => {
    const { health, bad, good, columns } = begun();
    health([bad(1), bad(2)]);
    health([good(10)]);
    expect(columns()).toEqual([1, 1.5, '0.25']);
    health([bad(20)]);
    expect(columns()).toEqual([0, 1.75, '0.25']);
  });

  test('counts once per deployment, when that ends', () => {
    const { world, health, bad, good, finish } = begun();
    health([bad(1), bad(2)]);
    health([good(10)]);
    expect(world.total('deployment_health_verification_total', ['success'])).toBe(0);
    finish(20);
    expect(world.total('deployment_health_verification_total', ['success'])).toBe(1);
    expect(world.total('deployment_health_verification_total', ['failure'])).toBe(0);
    expect(world.observed('deployment_health_verification_duration_seconds')).toEqual({ count: 1, sum: 1.5 });
  });

  test('that never ran counts nowhere, whatever the column’s default says', () => {
    const { world, finish, columns } = begun();
    finish(20);
    expect(columns()).toEqual([0, null, null]);
    expect(world.total('deployment_health_verification_total', ['failure'])).toBe(0);
  });
});

describe('a verification after the end', () => {
  test('fills what no verification has filled, counts it, changes no status, and warns of nothing', () => {
    const { world, cutover, health, bad, finish, columns } = begun();
    cutover(0, 10);
    finish(20);
    expect(health([bad(30), bad(31)])).toEqual([]);
    expect(columns()).toEqual([0, 1.25, null]);
    expect(world.deployment().deployment_status).toBe('success');
    expect(world.total('deployment_health_verification_total', ['failure'])).toBe(1);
    expect(world.rows('SELECT late FROM health_verifications')).toEqual([{ late: 1 }]);
    expect(world.rows("SELECT * FROM deployment_stages WHERE stage = 'health_check'")).toEqual([]);
  });

  test.each(['before', 'after'])('counts nothing but its attempts where one ran %s the end', (when) => {
    const { world, health, bad, good, finish, columns } = begun();
    if (when === 'before') health([good(10)]);
    finish(20);
    if (when === 'after') health([good(22)]);
    const before = columns();
    health([bad(30), bad(31)]);
    expect(columns()).toEqual(before);
    expect(world.total('deployment_health_verification_total', ['success'])).toBe(1);
    expect(world.total('deployment_health_verification_total', ['failure'])).toBe(0);
    expect(world.observed('api_health_check_latency_ms', ['unhealthy']).count).toBe(2);
  });

  test('counts also where a phase of that name was timed before', () => {
    const { world, script, health, good, finish } = begun();
    script.wrap('health_check', { seconds: 3 });
    finish(20);
    health([good(30)]);
    expect(world.total('deployment_health_verification_total', ['success'])).toBe(1);
  });
});

describe('from the first rollback on, a verification', () => {
  test('is one of the rollback: the columns tell of the version that failed', () => {
    const { world, at, cutover, health, bad, good, finish, columns } = begun();
    cutover(0, 10);
    health([bad(11), bad(12)]);
    const before = columns();
    world.apply(rollbackMark(at(14), { step: 'begin' }));
    health([good(20)]);
    expect(columns()).toEqual(before);
    finish(30);
    expect(columns()).toEqual([0, 1.25, null]);
    expect(world.total('deployment_health_verification_total', ['failure'])).toBe(1);
    expect(world.total('deployment_health_verification_total', ['success'])).toBe(0);
    expect(world.rows('SELECT success, of_rollback FROM health_verifications ORDER BY id')).toEqual([
      { success: 0, of_rollback: 0 },
      { success: 1, of_rollback: 1 },
    ]);
  });

  test('feeds the health gauges', () => {
    const { world, at, health, bad, good } = begun();
    health([bad(11)]);
    world.apply(rollbackMark(at(14)));
    health([good(20)]);
    expect(world.rows('SELECT healthy FROM last_checks')).toEqual([{ healthy: 1 }]);
    expect(world.observed('api_health_check_latency_ms', ['healthy']).count).toBe(1);
  });

  test('counts its time from the cutover of the way back', () => {
    const { world, at, cutover, health, good } = begun();
    cutover(0, 10);
    world.apply(rollbackMark(at(14)));
    cutover(15, 17);
    health([good(20, 0.5)]);
    expect(world.rows('SELECT time_to_healthy_seconds AS seconds FROM health_verifications')).toEqual([
      { seconds: 3.5 },
    ]);
  });
});
