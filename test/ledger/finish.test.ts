import { describe, expect, test } from 'vitest';
import { begunScript, scriptOf } from './script.ts';

const stages =
  'SELECT stage, status, duration_seconds AS seconds, signal, error_type FROM deployment_stages ORDER BY id';

describe('Command finish', () => {
  test('finish records the end, the duration and the time to deploy from the start', () => {
    const { world, script } = begunScript();
    world.pass(12.345);
    script.finish({ notes: 'by hand', exitCode: 0 });
    expect(world.deployment()).toMatchObject({
      deployment_started_at: '2026-01-15T10:00:00.000Z',
      deployment_completed_at: '2026-01-15T10:00:12.345Z',
      total_duration: 12.345,
      time_to_deploy: 12.345,
      clock: 'monotonic',
      notes: 'by hand',
      exit_code: 0,
    });
    expect(world.observed('deployment_duration_seconds')).toEqual({ count: 1, sum: 12.345 });
    expect(world.observed('time_to_deploy_seconds')).toEqual({ count: 1, sum: 12.345 });
    expect(world.total('deployment_total', ['success'])).toBe(1);
    expect(world.total('deployment_total', ['failure'])).toBe(0);
  });

  test('the time to deploy counts from the trigger if it is known', () => {
    const { world, script } = begunScript({ triggeredAtMs: Date.parse('2026-01-15T09:58:00Z') });
    world.pass(30);
    script.finish();
    expect(world.deployment()).toMatchObject({ total_duration: 30, time_to_deploy: 150 });
    expect(world.observed('time_to_deploy_seconds')).toEqual({ count: 1, sum: 150 });
  });

  test('a failed deployment has a duration but no time to deploy', () => {
    const { world, script } = begunScript();
    world.pass(30);
    script.finish({ exitCode: 1 });
    expect(world.deployment()).toMatchObject({ total_duration: 30, time_to_deploy: null });
    expect(world.observed('time_to_deploy_seconds').count).toBe(0);
    expect(world.observed('deployment_duration_seconds').count).toBe(1);
    expect(world.total('deployment_total', ['failure'])).toBe(1);
  });

  test('a deployment with the status warning counts as a success and as a warning', () => {
    const { world, script } = begunScript();
    script.finish({ status: 'warning' });
    expect(world.total('deployment_total', ['success'])).toBe(1);
    expect(world.total('deployment_warning_total')).toBe(1);
    expect(world.observed('time_to_deploy_seconds').count).toBe(1);
  });

  test('finish adds up the CPU time of the phases and takes the highest memory', () => {
    const { world, script } = begunScript();
    const used = (cpuSeconds: number, memoryBytes: number) => ({ cpuSeconds, memoryBytes });
    const result = {
      status: 'success',
      exitCode: 0,
      signal: null,
      errorType: null,
      errorMessage: null,
      judged: 'yes',
    } as const;
    script.wrap('extract', { result: { ...result, stderrTail: null, ...used(0.1, 5000) } });
    script.wrap('migration', { result: { ...result, stderrTail: null, ...used(0.2, 3000) } });
    script.finish();
    expect(world.deployment()).toMatchObject({ cpu_seconds: 0.3, memory_bytes: 5000 });
    expect(world.total('deployment_cpu_usage_seconds')).toBe(300_000);
  });
});

describe('Phases that are still open at finish', () => {
  test('finish closes open phases of a failed deployment as failed without a warning', () => {
    const { world, script } = begunScript();
    script.open('migration');
    world.pass(7);
    expect(script.finish({ exitCode: 1 })).toEqual([]);
    expect(world.rows(stages)).toEqual([
      { stage: 'migration', status: 'failed', seconds: 7, signal: null, error_type: 'canceled' },
    ]);
    expect(world.total('deployment_stage_failures_total', ['shop', 'migration', 'canceled'])).toBe(1);
    expect(world.deployment().migration_duration).toBe(7);
  });

  test('finish closes open phases with the signal that ended the script, even if an error is given', () => {
    const { world, script } = begunScript();
    script.open('migration');
    script.finish({ onExit: true, exitCode: 143, error: 'cancelled by the pipeline' });
    expect(world.rows(stages)).toMatchObject([{ status: 'failed', signal: 'SIGTERM' }]);
  });

  test('finish closes open phases of a successful deployment as ended, with a warning that names them', () => {
    const { world, script } = begunScript();
    script.open('extract');
    script.open('migration', 'worker');
    world.pass(7);
    const warnings = script.finish();
    expect(warnings.map(({ code, message }) => [code, message])).toEqual([
      ['PHASE_OPEN', 'phases extract, migration were still open and were closed by finish'],
    ]);
    expect(world.rows(stages)).toMatchObject([
      { stage: 'extract', status: 'success', seconds: 7, error_type: null },
      { stage: 'migration', status: 'success', seconds: 7, error_type: null },
    ]);
    expect(world.deployment()).toMatchObject({ deployment_status: 'success', extract_duration: 7 });
  });
});

describe('Second finish', () => {
  test('a second finish fills in empty notes and errors, warns of nothing and changes nothing else', () => {
    const { world, script } = begunScript();
    script.finish();
    const before = world.deployment();
    world.pass(60);
    expect(
      script.finish({ exitCode: 1, status: 'failed', notes: 'late words', error: 'late error' }),
    ).toEqual([]);
    expect(world.deployment()).toEqual({ ...before, notes: 'late words', error_message: 'late error' });
    expect(world.observed('deployment_duration_seconds').count).toBe(1);
    expect(world.total('deployment_total', ['failure'])).toBe(0);
  });

  test('a second finish does not change existing notes and errors', () => {
    const { world, script } = begunScript();
    script.finish({ exitCode: 1, notes: 'first', error: 'first' });
    const before = world.deployment();
    script.finish({ notes: 'second', error: 'second' });
    expect(world.deployment()).toEqual(before);
  });
});

describe('Final status', () => {
  test.each(['success', 'warning', 'failed', 'in-progress', 'discarded', null])(
    'a final status cannot be changed to %s by any SQL',
    (next) => {
      for (const status of ['success', 'warning', 'failed'] as const) {
        if (status === next) continue;
        const { world, script } = begunScript();
        script.finish({ status });
        const update = world.database.prepare('UPDATE deployment_metrics SET deployment_status = ?');
        expect(() => update.run(next)).toThrow('a terminal deployment_status is final');
      }
    },
  );
});

describe('Inside `run`', () => {
  test('a finish inside `run` adds its first notes and error and closes nothing', () => {
    const { world, script } = begunScript();
    script.finish({ keepOpen: true, exitCode: 1, status: 'failed', notes: 'one', error: 'first' });
    script.finish({ keepOpen: true, onExit: true, exitCode: 0, notes: 'two', error: 'second' });
    expect(world.deployment()).toMatchObject({
      deployment_status: 'in-progress',
      notes: 'one',
      error_message: 'first',
    });
    script.finish({ exitCode: 0 });
    expect(world.deployment()).toMatchObject({
      deployment_status: 'success',
      notes: 'one',
      error_message: 'first',
    });
  });
});

describe('Discarded deployment', () => {
  test('a discarded deployment keeps its row, and only its phases have been counted', () => {
    const { world, script } = begunScript();
    script.wrap('extract', { seconds: 4 });
    script.wrap('cutover', { seconds: 2 });
    script.health();
    expect(script.finish({ discard: true, notes: 'dry run' })).toEqual([]);
    expect(world.deployment()).toMatchObject({ discarded: 1, notes: 'dry run', total_duration: 6.02 });
    const counted = world.rows('SELECT DISTINCT family FROM totals ORDER BY family').map((row) => row.family);
    expect(counted).toEqual(['api_health_check_latency_ms', 'deployment_stage_duration_seconds']);
    expect(
      world.rows(
        "SELECT * FROM deployment_metrics WHERE deployment_status IN ('success', 'warning', 'failed')",
      ),
    ).toEqual([]);
    expect(world.rows('SELECT * FROM deployment_history')).toEqual([]);
  });

  test('a discarded deployment is not the version in service', () => {
    const { world, script } = begunScript();
    script.finish({ discard: true });
    const next = scriptOf(world, 'd2');
    next.start({ version: '2.0.0' });
    expect(world.deployment('d2').previous_version).toBeNull();
  });
});
