import { describe, expect, test } from 'vitest';
import { begun } from './healthSteps.ts';
import { rollbackMark } from './makeMarks.ts';

describe('Time to healthy', () => {
  test('time to healthy counts from the end of the cutover to the first successful check', () => {
    const { cutover, health, bad, good, columns } = begun();
    cutover(0, 10);
    health([bad(11), bad(12), good(25.55), good(26)]);
    expect(columns()).toEqual([1, 15.25, '15.8']);
  });

  test('time to healthy counts from the latest cutover', () => {
    const { cutover, health, good, columns } = begun();
    cutover(0, 10);
    cutover(20, 22);
    health([good(30, 0.5)]);
    expect(columns()[2]).toBe('8.5');
  });

  test('time to healthy counts from `--since` if there was no cutover', () => {
    const { world, health, good, columns } = begun();
    health([good(30, 0.5)], { sinceMs: world.context.instant().wallMs + 10_000 });
    expect(columns()[2]).toBe('20.5');
  });

  test('time to healthy prefers the cutover to `--since`', () => {
    const { world, cutover, health, good, columns } = begun();
    cutover(0, 10);
    health([good(30, 0.5)], { sinceMs: world.context.instant().wallMs });
    expect(columns()[2]).toBe('20.5');
  });

  test('time to healthy counts from the start of `health` without cutover and `--since`', () => {
    const { health, bad, good, columns } = begun();
    health([bad(30), good(33, 0.5)]);
    expect(columns()[2]).toBe('3.5');
  });

  test('time to healthy is 0 if a check was successful before the cutover had ended', () => {
    const { cutover, health, good, columns } = begun();
    cutover(0, 10);
    health([good(8)]);
    expect(columns()[2]).toBe('0');
  });

  test('time to healthy is unknown if no check was successful', () => {
    const { health, bad, columns } = begun();
    health([bad(1), bad(2)]);
    expect(columns()).toEqual([0, 1.25, null]);
  });

  test('time to healthy is stored as the shortest decimal text and counts by its value', () => {
    const { world, health, good, finish } = begun();
    health([good(0, 100.4)]);
    finish(200);
    expect(
      world.rows('SELECT typeof(time_to_healthy) AS type, time_to_healthy AS text FROM deployment_metrics'),
    ).toEqual([{ type: 'text', text: '100.4' }]);
    expect(world.observed('deployment_time_to_healthy_seconds')).toEqual({ count: 1, sum: 100.4 });
  });
});

describe('Health verification', () => {
  test('a verification has a row, and each of its attempts a row with latency and verdict', () => {
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

  test('a verification is a run of the phase health_check, which does not affect the status twice', () => {
    const { world, health, bad, finish } = begun();
    health([bad(1)], { judged: 'allowed' });
    expect(world.rows('SELECT stage, status, judged, error_type FROM deployment_stages')).toEqual([
      { stage: 'health_check', status: 'failed', judged: 'no', error_type: 'other' },
    ]);
    finish(5);
    expect(world.deployment().deployment_status).toBe('warning');
  });

  test('a later verification replaces the result of an earlier one', () => {
    const { health, bad, good, columns } = begun();
    health([bad(1), bad(2)]);
    health([good(10)]);
    expect(columns()).toEqual([1, 1.5, '0.25']);
    health([bad(20)]);
    expect(columns()).toEqual([0, 1.75, '0.25']);
  });

  test('the verification counts once per deployment, at its end', () => {
    const { world, health, bad, good, finish } = begun();
    health([bad(1), bad(2)]);
    health([good(10)]);
    expect(world.total('deployment_health_verification_total', ['success'])).toBe(0);
    finish(20);
    expect(world.total('deployment_health_verification_total', ['success'])).toBe(1);
    expect(world.total('deployment_health_verification_total', ['failure'])).toBe(0);
    expect(world.observed('deployment_health_verification_duration_seconds')).toEqual({ count: 1, sum: 1.5 });
  });

  test('a deployment without a verification counts none, despite the default of the column', () => {
    const { world, finish, columns } = begun();
    finish(20);
    expect(columns()).toEqual([0, null, null]);
    expect(world.total('deployment_health_verification_total', ['failure'])).toBe(0);
  });
});

describe('Health verification after the end', () => {
  test('a verification after the end fills empty columns and counts, but changes no status and warns of nothing', () => {
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

  test.each(['before', 'after'])(
    'a verification after the end counts only its attempts if another one ran %s the end',
    (when) => {
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
    },
  );

  test('a verification after the end counts even if a phase named health_check was recorded before', () => {
    const { world, script, health, good, finish } = begun();
    script.wrap('health_check', { seconds: 3 });
    finish(20);
    health([good(30)]);
    expect(world.total('deployment_health_verification_total', ['success'])).toBe(1);
  });
});

describe('Health verification after a rollback', () => {
  test('a verification after a rollback does not change the result of the failed version', () => {
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

  test('a verification after a rollback updates the health gauges', () => {
    const { world, at, health, bad, good } = begun();
    health([bad(11)]);
    world.apply(rollbackMark(at(14)));
    health([good(20)]);
    expect(world.rows('SELECT healthy FROM last_checks')).toEqual([{ healthy: 1 }]);
    expect(world.observed('api_health_check_latency_ms', ['healthy']).count).toBe(1);
  });

  test('a verification after a rollback measures time to healthy from the cutover of the rollback', () => {
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
