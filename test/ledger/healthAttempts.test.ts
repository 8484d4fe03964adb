import { describe, expect, test } from 'vitest';
import type { AttemptRecord } from '../../src/marks.ts';
import { begun } from './healthSteps.ts';
import { attempt } from './makeMarks.ts';

describe('Latency of attempts', () => {
  const observed = (attempts: (made: ReturnType<typeof begun>) => AttemptRecord[], said = {}) => {
    const made = begun();
    made.health(attempts(made), said);
    return {
      healthy: made.world.observed('api_health_check_latency_ms', ['healthy']),
      unhealthy: made.world.observed('api_health_check_latency_ms', ['unhealthy']),
    };
  };
  const none = { count: 0, sum: 0 };

  test('latencies during start-up are not observed if the verification succeeds', () => {
    expect(observed(({ bad, good }) => [bad(1), bad(2), good(3)])).toEqual({
      healthy: { count: 1, sum: 250 },
      unhealthy: none,
    });
  });

  test('all latencies after the first successful check are observed', () => {
    expect(observed(({ bad, good }) => [bad(1), good(2), bad(3), good(4)])).toEqual({
      healthy: { count: 2, sum: 500 },
      unhealthy: { count: 1, sum: 250 },
    });
  });

  test('all latencies are observed if the verification fails', () => {
    expect(observed(({ bad, good }) => [bad(1), good(2), bad(3)])).toEqual({
      healthy: { count: 1, sum: 250 },
      unhealthy: { count: 2, sum: 500 },
    });
  });

  test('the observed latency is 5000 without a response, and the row has the time waited', () => {
    const { world, at, health } = begun();
    health([attempt({ at: at(1), healthy: false, statusCode: null, latencySeconds: 1.5 })]);
    expect(world.observed('api_health_check_latency_ms', ['unhealthy'])).toEqual({ count: 1, sum: 5000 });
    expect(world.total('api_health_check_latency_ms', ['unhealthy'], '5000')).toBe(1);
    expect(world.rows('SELECT latency_seconds AS seconds FROM health_checks')).toEqual([{ seconds: 1.5 }]);
  });

  test('a latency above 5000 is beyond the last bound', () => {
    const { world, health, good } = begun();
    health([good(1, 5.2)]);
    expect(world.total('api_health_check_latency_ms', ['healthy'], '+Inf')).toBe(1);
  });

  test('the latency of a failed check command is its duration', () => {
    const { world, at, health } = begun();
    const no = attempt({ at: at(1), healthy: false, statusCode: null, latencySeconds: 0.125 });
    health([{ ...no, verdict: 'command_failed' }], { checkType: 'queue' });
    expect(world.observed('api_health_check_latency_ms', ['unhealthy'])).toEqual({ count: 1, sum: 125 });
  });
});

describe('Latest result of each check type', () => {
  test('the latest result is stored for each check type', () => {
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
