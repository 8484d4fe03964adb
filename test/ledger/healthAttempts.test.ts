import { describe, expect, test } from 'vitest';
import type { AttemptRecord } from '../../src/marks.ts';
import { begun } from './healthSteps.ts';
import { attempt } from './makeMarks.ts';

describe('the latency of attempts', () => {
  const observed = (attempts: (made: ReturnType<typeof begun>) => AttemptRecord[], said = {}) => {
    const made = begun();
    made.health(attempts(made), said);
    return {
      healthy: made.world.observed('api_health_check_latency_ms', ['healthy']),
      unhealthy: made.world.observed('api_health_check_latency_ms', ['unhealthy']),
    };
  };
  const none = { count: 0, sum: 0 };

  test('of start-up is not observed where the verification ends well', () => {
    expect(observed(({ bad, good }) => [bad(1), bad(2), good(3)])).toEqual({
      healthy: { count: 1, sum: 250 },
      unhealthy: none,
    });
  });

  test('after the first right answer is observed, good and bad', () => {
    expect(observed(({ bad, good }) => [bad(1), good(2), bad(3), good(4)])).toEqual({
      healthy: { count: 2, sum: 500 },
      unhealthy: { count: 1, sum: 250 },
    });
  });

  test('is all observed where the verification ends badly', () => {
    expect(observed(({ bad, good }) => [bad(1), good(2), bad(3)])).toEqual({
      healthy: { count: 1, sum: 250 },
      unhealthy: { count: 2, sum: 500 },
    });
  });

  test('is 5000 where nothing answered; the row keeps what was waited', () => {
    const { world, at, health } = begun();
    health([attempt({ at: at(1), healthy: false, statusCode: null, latencySeconds: 1.5 })]);
    expect(world.observed('api_health_check_latency_ms', ['unhealthy'])).toEqual({ count: 1, sum: 5000 });
    expect(world.total('api_health_check_latency_ms', ['unhealthy'], '5000')).toBe(1);
    expect(world.rows('SELECT latency_seconds AS seconds FROM health_checks')).toEqual([{ seconds: 1.5 }]);
  });

  test('above 5000 is beyond the last bound', () => {
    const { world, health, good } = begun();
    health([good(1, 5.2)]);
    expect(world.total('api_health_check_latency_ms', ['healthy'], '+Inf')).toBe(1);
  });

  test('of a command that said no is what it took', () => {
    const { world, at, health } = begun();
    const no = attempt({ at: at(1), healthy: false, statusCode: null, latencySeconds: 0.125 });
    health([{ ...no, verdict: 'command_failed' }], { checkType: 'queue' });
    expect(world.observed('api_health_check_latency_ms', ['unhealthy'])).toEqual({ count: 1, sum: 125 });
  });
});

describe('the latest result of a check type', () => {
  test('is kept for each', () => {
    const { world, health, bad, good } = begun();
    health([good(1)]);
    health([bad(2)], { checkType: 'queue' });
    health([bad(3)]);
    health([good(4)], { checkType: 'queue' });
    expect(world.rows('SELECT check_type, healthy FROM last_checks ORDER BY check_type')).toEqual([
      { check_type: 'http', healthy: 0 },
      { check_type: 'queue', healthy: 1 },
    ]);
  });
});
