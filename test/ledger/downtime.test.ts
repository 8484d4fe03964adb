import { describe, expect, test } from 'vitest';
import type { AttemptRecord, MeasuredDowntime } from '../../src/marks.ts';
import type { Instant } from '../../src/model.ts';
import { ledgerWorld, unique } from './ledgerWorld.ts';
import { attempt, downtime, finishMark, healthMark, later, phaseEndMark, rollbackMark } from './makeMarks.ts';
import { scriptOf } from './script.ts';

/** A deployment at second 0; all other times are in seconds after that. */
function begun() {
  const world = ledgerWorld();
  const script = scriptOf(world);
  script.start();
  const zero = world.context.instant();
  const at = (seconds: number) => later(zero, seconds);
  const good = (seconds: number) => attempt({ at: at(seconds), healthy: true, latencySeconds: 0 });
  const bad = (seconds: number) => attempt({ at: at(seconds), healthy: false, latencySeconds: 0 });
  /** A cutover from one second to another, with what its prober saw. */
  const cutover = (span: { from: number; to: number; service?: string; saw?: MeasuredDowntime }) =>
    world.apply(
      phaseEndMark(at(span.to), {
        stage: 'cutover',
        runId: unique(),
        startedAt: at(span.from),
        service: span.service ?? null,
        downtime: span.saw ?? null,
      }),
    );
  const saw = (attempts: AttemptRecord[], from?: number, to?: number | null): MeasuredDowntime =>
    from === undefined
      ? downtime(attempts)
      : downtime(attempts, { beganAt: at(from), endedAt: to === undefined || to === null ? null : at(to) });
  const health = (attempts: AttemptRecord[]) => world.apply(healthMark(attempts));
  const finish = (seconds: number, said = {}) => world.apply(finishMark(at(seconds), said));
  const figures = () => {
    const row = world.deployment();
    return { downtime: row.downtime_duration, open: row.downtime_open };
  };
  return { world, script, at, good, bad, cutover, saw, health, finish, figures };
}

describe('Downtime without a probe', () => {
  test('downtime without a probe is the duration of the cutover', () => {
    const { cutover, finish, figures, world } = begun();
    cutover({ from: 0, to: 13.2 });
    finish(20);
    expect(figures()).toEqual({ downtime: 13.2, open: 0 });
    expect(world.observed('deployment_downtime_seconds')).toEqual({ count: 1, sum: 13.2 });
  });

  test('downtime of several cutovers is their combined time, counting overlaps once', () => {
    const { cutover, finish, figures } = begun();
    cutover({ from: 0, to: 10 });
    cutover({ from: 5, to: 12, service: 'worker' });
    cutover({ from: 20, to: 23 });
    finish(30);
    expect(figures().downtime).toBe(15);
  });

  test('there is no downtime without a cutover', () => {
    const { script, finish, figures, world } = begun();
    script.wrap('migration');
    finish(30);
    expect(figures()).toEqual({ downtime: null, open: 0 });
    expect(world.observed('deployment_downtime_seconds').count).toBe(0);
  });

  test('a cutover that is open at finish has downtime until then', () => {
    const { script, finish, figures } = begun();
    script.open('cutover');
    finish(8, { exitCode: 1 });
    expect(figures().downtime).toBe(8);
  });
});

describe('Downtime measured by a prober', () => {
  test('probed downtime is the outage, not the duration of the cutover', () => {
    const { cutover, saw, good, bad, finish, figures } = begun();
    cutover({ from: 0, to: 10, saw: saw([good(0), bad(4), good(5)], 3.9, 5.1) });
    finish(20);
    expect(figures()).toEqual({ downtime: 1.2, open: 0 });
  });

  test('probed downtime is 0 if no attempt failed', () => {
    const { cutover, saw, good, finish, figures } = begun();
    cutover({ from: 0, to: 10, saw: saw([good(0), good(5)]) });
    finish(20);
    expect(figures().downtime).toBe(0);
  });

  test('every attempt of a prober is a row and counts in no health metric', () => {
    const { cutover, saw, good, bad, world } = begun();
    cutover({ from: 0, to: 10, saw: saw([good(0), bad(4), good(5)], 0, 5) });
    expect(world.rows('SELECT status, check_type FROM health_checks ORDER BY id')).toEqual([
      { status: 'healthy', check_type: 'downtime' },
      { status: 'unhealthy', check_type: 'downtime' },
      { status: 'healthy', check_type: 'downtime' },
    ]);
    expect(world.observed('api_health_check_latency_ms', ['unhealthy']).count).toBe(0);
    expect(world.rows('SELECT * FROM last_checks')).toEqual([]);
  });

  test('probed and unprobed downtime add up, counting overlaps once', () => {
    const { cutover, saw, bad, good, finish, figures } = begun();
    cutover({ from: 0, to: 10, saw: saw([bad(1), good(4)], 1, 4) });
    cutover({ from: 2, to: 6, service: 'worker' });
    cutover({ from: 20, to: 22 });
    finish(30);
    expect(figures().downtime).toBe(7);
  });

  test('downtime measured by two probers at the same time counts once', () => {
    const { cutover, saw, bad, good, finish, figures } = begun();
    cutover({ from: 0, to: 10, saw: saw([bad(1), good(6)], 1, 6) });
    cutover({ from: 0, to: 10, service: 'worker', saw: saw([bad(3), good(8)], 3, 8) });
    finish(30);
    expect(figures().downtime).toBe(7);
  });

  test('probed downtime of several cutovers is the sum', () => {
    const { cutover, saw, bad, good, finish, figures } = begun();
    cutover({ from: 0, to: 10, saw: saw([bad(1), good(3)], 1, 3) });
    cutover({ from: 20, to: 30, saw: saw([bad(21), good(24)], 20.5, 24) });
    finish(40);
    expect(figures().downtime).toBe(5.5);
  });
});

describe('Outage that is open at the end of its cutover', () => {
  const withOpenOutage = () => {
    const made = begun();
    made.cutover({ from: 0, to: 10, saw: made.saw([made.good(0), made.bad(2)], 1, null) });
    return made;
  };

  test('an open outage is not counted while it lasts', () => {
    expect(withOpenOutage().figures()).toEqual({ downtime: 0, open: 0 });
  });

  test('an open outage ends with the first successful attempt of the next health check', () => {
    const { health, bad, good, figures, finish } = withOpenOutage();
    health([bad(12), bad(13), good(14), good(15)]);
    expect(figures().downtime).toBe(13);
    finish(30);
    expect(figures()).toEqual({ downtime: 13, open: 0 });
  });

  test('an open outage continues through a failed health check', () => {
    const { health, bad, good, figures, finish } = withOpenOutage();
    health([bad(12), bad(13)]);
    expect(figures().downtime).toBe(0);
    health([good(21)]);
    finish(30);
    expect(figures()).toEqual({ downtime: 20, open: 0 });
  });

  test('an open outage is not ended by a response from before it began', () => {
    const { health, good, finish, figures } = withOpenOutage();
    health([good(0.5)]);
    finish(30);
    expect(figures()).toEqual({ downtime: 29, open: 1 });
  });

  test('an open outage ends in the next cutover, which adds only later outages of its own', () => {
    const { cutover, saw, bad, good, finish, figures } = withOpenOutage();
    cutover({ from: 20, to: 30, saw: saw([bad(20), good(25)], 20, 25) });
    expect(figures().downtime).toBe(24);
    finish(40);
    expect(figures()).toEqual({ downtime: 24, open: 0 });
  });

  test('an open outage continues through a cutover without a successful attempt as one outage', () => {
    const { cutover, saw, bad, finish, figures } = withOpenOutage();
    cutover({ from: 20, to: 30, saw: saw([bad(20), bad(25)], 20, null) });
    finish(41);
    expect(figures()).toEqual({ downtime: 40, open: 1 });
  });

  test('an outage that is open at finish is recorded as open and counts until then', () => {
    const { finish, figures, world } = withOpenOutage();
    finish(41, { exitCode: 1 });
    expect(figures()).toEqual({ downtime: 40, open: 1 });
    expect(world.observed('deployment_downtime_seconds')).toEqual({ count: 1, sum: 40 });
  });

  test('an open outage ends during the rollback, and downtime is the whole outage', () => {
    const { world, at, cutover, saw, bad, good, health, finish, figures } = withOpenOutage();
    health([bad(12)]);
    world.apply(rollbackMark(at(14), { step: 'begin' }));
    cutover({ from: 15, to: 18, saw: saw([bad(15), good(17)], 15, 17) });
    health([good(19)]);
    finish(30);
    expect(figures()).toEqual({ downtime: 16, open: 0 });
    expect(world.deployment().cutover_duration).toBe(10);
  });

  test('an open outage ends even if the wall clock was set back meanwhile', () => {
    const { world, at, good, finish, figures } = withOpenOutage();
    const setBack = (instant: Instant) => ({ ...instant, wallMs: instant.wallMs - 3_600_000 });
    const answer = good(14);
    world.apply(healthMark([{ ...answer, at: setBack(answer.at), endedAt: setBack(answer.endedAt) }]));
    finish(30);
    expect(figures()).toEqual({ downtime: 13, open: 0 });
    expect(at(0).boot).toBe('boot-1');
  });
});

describe('Downtime of a rollback', () => {
  test('a cutover of a rollback fills no column of the deployment', () => {
    const { world, at, cutover, saw, bad, good, finish, figures } = begun();
    world.apply(rollbackMark(at(1)));
    cutover({ from: 2, to: 8, saw: saw([bad(3), good(5)], 3, 5) });
    cutover({ from: 10, to: 12 });
    finish(30);
    expect(figures()).toEqual({ downtime: null, open: 0 });
    expect(world.deployment().cutover_duration).toBeNull();
  });

  test('a rollback does not change the downtime of the failed version', () => {
    const { world, at, cutover, saw, bad, good, finish, figures } = begun();
    cutover({ from: 0, to: 10, saw: saw([bad(1), good(3)], 1, 3) });
    world.apply(rollbackMark(at(12)));
    cutover({ from: 13, to: 18, saw: saw([bad(14), good(17)], 13, 17) });
    finish(30);
    expect(figures().downtime).toBe(2);
  });
});
