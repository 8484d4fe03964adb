import { describe, expect, test } from 'vitest';
import { type LedgerWorld, ledgerWorld } from './ledgerWorld.ts';
import { finishMark, later, phaseEndMark, phaseStartMark, startMark } from './makeMarks.ts';
import { begunScript } from './script.ts';

describe('Clocks of a deployment', () => {
  test('a wall clock set back between start and finish does not change the duration', () => {
    const { world, script } = begunScript();
    world.pass(20);
    world.context.setWallTime('2026-01-15T09:00:00Z');
    expect(script.finish()).toEqual([]);
    expect(world.deployment()).toMatchObject({
      total_duration: 20,
      clock: 'monotonic',
      deployment_completed_at: '2026-01-15T10:00:00.000Z',
    });
  });

  test('the duration is measured by the wall clock after a reboot, and the row says so', () => {
    const { world, script } = begunScript();
    world.pass(20);
    world.context.reboot();
    script.finish();
    expect(world.deployment()).toMatchObject({ total_duration: 20, clock: 'wall' });
  });

  test('the duration is 0, with a warning, if the wall clock was set back across a reboot', () => {
    const { world, script } = begunScript();
    world.context.reboot();
    world.context.setWallTime('2026-01-15T09:00:00Z');
    const warnings = script.finish();
    expect(world.deployment()).toMatchObject({ total_duration: 0, clock: 'backwards' });
    expect(warnings).toMatchObject([
      { code: 'CLOCK', message: expect.stringContaining('the clock went backwards') },
    ]);
  });

  test('the duration is measured by the wall clock if a mark has no other', () => {
    const world = ledgerWorld();
    const at = { ...world.context.instant(), monotonicSeconds: null };
    world.apply(startMark(at));
    world.apply(finishMark(later(at, 3)));
    expect(world.deployment()).toMatchObject({ total_duration: 3, clock: 'wall' });
  });

  test('every time in the ledger is UTC with milliseconds and Z', () => {
    const { world, script } = begunScript({ triggeredAtMs: Date.parse('2026-01-15T10:00:00+02:00') });
    script.mark('extract');
    script.health();
    script.rollback();
    script.finish();
    const times =
      world.rows(`SELECT deployment_started_at AS at FROM deployment_metrics UNION ALL SELECT deployment_completed_at FROM deployment_metrics
      UNION ALL SELECT triggered_at FROM deployment_metrics UNION ALL SELECT started_at FROM deployment_stages UNION ALL SELECT ended_at FROM deployment_stages
      UNION ALL SELECT checked_at FROM health_checks UNION ALL SELECT started_at FROM health_verifications UNION ALL SELECT at FROM rollbacks`);
    expect(times.map((row) => row.at)).toEqual(
      times.map(() => expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/)),
    );
    expect(world.deployment().triggered_at).toBe('2026-01-15T08:00:00.000Z');
  });
});

describe('Clocks of a phase', () => {
  const ended = (world: LedgerWorld) => world.apply(phaseEndMark(world.context.instant()));
  const clock = (world: LedgerWorld) =>
    world.rows('SELECT duration_seconds AS seconds, clock FROM deployment_stages')[0];

  test('a wall clock set back does not change the duration of a phase', () => {
    const { world, script } = begunScript();
    script.open('extract');
    world.pass(5);
    world.context.setWallTime('2026-01-15T08:00:00Z');
    expect(ended(world)).toEqual([]);
    expect(clock(world)).toEqual({ seconds: 5, clock: 'monotonic' });
  });

  test('a phase with a reboot between its marks is measured by the wall clock, and the row says so', () => {
    const { world, script } = begunScript();
    script.open('extract');
    world.pass(95);
    world.context.reboot();
    ended(world);
    expect(clock(world)).toEqual({ seconds: 95, clock: 'wall' });
  });

  test('a phase recorded by the shell has wall time only, and the row says so', () => {
    const { world } = begunScript();
    const at = { ...world.context.instant(), monotonicSeconds: null };
    world.apply(phaseStartMark(at));
    world.apply(phaseEndMark(later(at, 2.5)));
    expect(clock(world)).toEqual({ seconds: 2.5, clock: 'wall' });
  });

  test('the duration of a phase is 0, with a warning, if its wall time went backwards', () => {
    const { world, script } = begunScript();
    script.open('extract');
    world.context.reboot();
    world.context.setWallTime('2026-01-15T08:00:00Z');
    expect(ended(world).map(({ code }) => code)).toEqual(['CLOCK']);
    expect(clock(world)).toEqual({ seconds: 0, clock: 'backwards' });
  });
});
