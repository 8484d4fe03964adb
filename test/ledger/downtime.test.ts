import { describe, expect, test } from 'vitest';
import type { AttemptRecord, MeasuredDowntime } from '../../src/marks.ts';
import type { Instant } from '../../src/model.ts';
import { ledgerWorld, unique } from './ledgerWorld.ts';
import { attempt, downtime, finishMark, healthMark, later, phaseEndMark, rollbackMark } from './makeMarks.ts';
import { scriptOf } from './script.ts';

/** A deployment at second 0; everything else is said in seconds after that. */
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

describe('downtime without a probe', () => {
  test('is the duration of the cutover', () => {
    const { cutover, finish, figures, world } = begun();
    cutover({ from: 0, to: 13.2 });
    finish(20);
    expect(figures()).toEqual({ downtime: 13.2, open: 0 });
    expect(world.observed('deployment_downtime_seconds')).toEqual({ count: 1, sum: 13.2 });
  });

  test('of several cutovers is their time together, overlapping ones once', () => {
    const { cutover, finish, figures } = begun();
    cutover({ from: 0, to: 10 });
    cutover({ from: 5, to: 12, service: 'worker' });
    cutover({ from: 20, to: 23 });
    finish(30);
    expect(figures().downtime).toBe(15);
  });

  test('is nothing where there was no cutover', () => {
    const { script, finish, figures, world } = begun();
    script.wrap('migration');
    finish(30);
    expect(figures()).toEqual({ downtime: null, open: 0 });
    expect(world.observed('deployment_downtime_seconds').count).toBe(0);
  });

  test('of a cutover that is open at finish lasts until then', () => {
    const { script, finish, figures } = begun();
    script.open('cutover');
    finish(8, { exitCode: 1 });
    expect(figures().downtime).toBe(8);
  });
});

describe('downtime that a prober saw', () => {
  test('is the outage, not the duration of the cutover', () => {
    const { cutover, saw, good, bad, finish, figures } = begun();
    cutover({ from: 0, to: 10, saw: saw([good(0), bad(4), good(5)], 3.9, 5.1) });
    finish(20);
    expect(figures()).toEqual({ downtime: 1.2, open: 0 });
  });

  test('is 0 where no attempt failed', () => {
    const { cutover, saw, good, finish, figures } = begun();
    cutover({ from: 0, to: 10, saw: saw([good(0), good(5)]) });
    finish(20);
    expect(figures().downtime).toBe(0);
  });

  test('keeps every attempt as a row that counts in no health metric', () => {
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

  test('and that of a cutover without a prober add up; where they overlap they count once', () => {
    const { cutover, saw, bad, good, finish, figures } = begun();
    cutover({ from: 0, to: 10, saw: saw([bad(1), good(4)], 1, 4) });
    cutover({ from: 2, to: 6, service: 'worker' });
    cutover({ from: 20, to: 22 });
    finish(30);
    expect(figures().downtime).toBe(7);
  });

  test('by two probers at the same time counts once', () => {
    const { cutover, saw, bad, good, finish, figures } = begun();
    cutover({ from: 0, to: 10, saw: saw([bad(1), good(6)], 1, 6) });
    cutover({ from: 0, to: 10, service: 'worker', saw: saw([bad(3), good(8)], 3, 8) });
    finish(30);
    expect(figures().downtime).toBe(7);
  });

  test('in several cutovers is all of it together', () => {
    const { cutover, saw, bad, good, finish, figures } = begun();
    cutover({ from: 0, to: 10, saw: saw([bad(1), good(3)], 1, 3) });
    cutover({ from: 20, to: 30, saw: saw([bad(21), good(24)], 20.5, 24) });
    finish(40);
    expect(figures().downtime).toBe(5.5);
  });
});

describe('an outage that was open when its cutover ended', () => {
  const withOpenOutage = () => {
    const made = begun();
    made.cutover({ from: 0, to: 10, saw: made.saw([made.good(0), made.bad(2)], 1, null) });
    return made;
  };

  test('is not in the column while it lasts', () => {
    expect(withOpenOutage().figures()).toEqual({ downtime: 0, open: 0 });
  });

  test('ends with the first good attempt of the next verification', () => {
    const { health, bad, good, figures, finish } = withOpenOutage();
    health([bad(12), bad(13), good(14), good(15)]);
    expect(figures().downtime).toBe(13);
    finish(30);
    expect(figures()).toEqual({ downtime: 13, open: 0 });
  });

  test('goes on through a verification that fails', () => {
    const { health, bad, good, figures, finish } = withOpenOutage();
    health([bad(12), bad(13)]);
    expect(figures().downtime).toBe(0);
    health([good(21)]);
    finish(30);
    expect(figures()).toEqual({ downtime: 20, open: 0 });
  });

  test('is not ended by an answer from before it began', () => {
    const { health, good, finish, figures } = withOpenOutage();
    health([good(0.5)]);
    finish(30);
    expect(figures()).toEqual({ downtime: 29, open: 1 });
  });

  test('ends in the next cutover, which has only those outages of its own that came after', () => {
    const { cutover, saw, bad, good, finish, figures } = withOpenOutage();
    cutover({ from: 20, to: 30, saw: saw([bad(20), good(25)], 20, 25) });
    expect(figures().downtime).toBe(24);
    finish(40);
    expect(figures()).toEqual({ downtime: 24, open: 0 });
  });

  test('goes on through a cutover that brings no answer: one outage, not two', () => {
    const { cutover, saw, bad, finish, figures } = withOpenOutage();
    cutover({ from: 20, to: 30, saw: saw([bad(20), bad(25)], 20, null) });
    finish(41);
    expect(figures()).toEqual({ downtime: 40, open: 1 });
  });

  test('is marked open at finish, and counts until then', () => {
    const { finish, figures, world } = withOpenOutage();
    finish(41, { exitCode: 1 });
    expect(figures()).toEqual({ downtime: 40, open: 1 });
    expect(world.observed('deployment_downtime_seconds')).toEqual({ count: 1, sum: 40 });
  });

  test('ends on the way back: downtime is the whole outage', () => {
    const { world, at, cutover, saw, bad, good, health, finish, figures } = withOpenOutage();
    health([bad(12)]);
    world.apply(rollbackMark(at(14), { step: 'begin' }));
    cutover({ from: 15, to: 18, saw: saw([bad(15), good(17)], 15, 17) });
    health([good(19)]);
    finish(30);
    expect(figures()).toEqual({ downtime: 16, open: 0 });
    expect(world.deployment().cutover_duration).toBe(10);
  });

  test('ends though the wall clock was set back meanwhile', () => {
    const { world, at, good, finish, figures } = withOpenOutage();
    const setBack = (instant: Instant) => ({ ...instant, wallMs: instant.wallMs - 3_600_000 });
    const answer = good(14);
    world.apply(healthMark([{ ...answer, at: setBack(answer.at), endedAt: setBack(answer.endedAt) }]));
    finish(30);
    expect(figures()).toEqual({ downtime: 13, open: 0 });
    expect(at(0).boot).toBe('boot-1');
  });
});

describe('a rollback', () => {
  test('with a cutover of its own feeds none of the columns', () => {
    const { world, at, cutover, saw, bad, good, finish, figures } = begun();
    world.apply(rollbackMark(at(1)));
    cutover({ from: 2, to: 8, saw: saw([bad(3), good(5)], 3, 5) });
    cutover({ from: 10, to: 12 });
    finish(30);
    expect(figures()).toEqual({ downtime: null, open: 0 });
    expect(world.deployment().cutover_duration).toBeNull();
  });

  test('leaves the downtime of the version that failed as it was', () => {
    const { world, at, cutover, saw, bad, good, finish, figures } = begun();
    cutover({ from: 0, to: 10, saw: saw([bad(1), good(3)], 1, 3) });
    world.apply(rollbackMark(at(12)));
    cutover({ from: 13, to: 18, saw: saw([bad(14), good(17)], 13, 17) });
    finish(30);
    expect(figures().downtime).toBe(2);
  });
});
