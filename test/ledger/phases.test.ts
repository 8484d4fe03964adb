import { describe, expect, test } from 'vitest';
import { unionSeconds } from '../../src/ledger/marks/stageSeconds.ts';
import type { PhaseEndMark } from '../../src/marks.ts';
import { type LedgerWorld, unique } from './ledgerWorld.ts';
import { exited, later, phaseEndMark, phaseStartMark } from './makeMarks.ts';
import { begunScript } from './script.ts';

const runs = (world: LedgerWorld) =>
  world.rows(
    'SELECT service, stage, status, duration_seconds AS seconds, late FROM deployment_stages ORDER BY id',
  );
const stageTotals = (world: LedgerWorld, stage: string, service = 'shop') =>
  world.observed('deployment_stage_duration_seconds', [service, stage]);

/** A run of `stage` from one second to another after the start of the test. */
function ranFromTo(
  world: LedgerWorld,
  span: { stage: string; from: number; to: number; service?: string },
): void {
  const zero = world.context.instant();
  const said = {
    stage: span.stage,
    service: span.service ?? null,
    runId: unique(),
    startedAt: later(zero, span.from),
  };
  world.apply(phaseEndMark(later(zero, span.to), said));
}

describe('Phase', () => {
  test('one mark of a wrapped phase fills its row, its column and its totals', () => {
    const { world, script } = begunScript();
    expect(script.wrap('migration', { seconds: 12.1 })).toEqual([]);
    expect(runs(world)).toEqual([
      { service: 'shop', stage: 'migration', status: 'success', seconds: 12.1, late: 0 },
    ]);
    expect(world.deployment()).toMatchObject({
      migration_duration: 12.1,
      extract_duration: null,
      downtime_duration: null,
    });
    expect(stageTotals(world, 'migration')).toEqual({ count: 1, sum: 12.1 });
    expect(world.total('deployment_stage_duration_seconds', ['shop', 'migration'], '20')).toBe(1);
  });

  test('a duration equal to a bucket bound counts in that bucket, and one above the last in +Inf', () => {
    const { world, script } = begunScript();
    for (const seconds of [1, 1.000001, 1800, 1800.5]) script.wrap('build', { durationSeconds: seconds });
    const parts = world.rows(
      'SELECT part, value FROM totals WHERE labels = \'["shop","build"]\' AND part <> \'sum\' ORDER BY part',
    );
    expect(parts).toEqual([
      { part: '+Inf', value: 1 },
      { part: '1', value: 1 },
      { part: '1800', value: 1 },
      { part: '2.5', value: 1 },
    ]);
  });

  test.each([
    ['extract', 'extract_duration'],
    ['venv_rebuild', 'venv_rebuild_duration'],
    ['migration', 'migration_duration'],
    ['cutover', 'cutover_duration'],
    ['health_check', 'health_check_duration'],
  ])('the phase %s fills the column %s', (stage, column) => {
    const { world, script } = begunScript();
    script.mark(stage, { seconds: 3.5 });
    expect(world.deployment()[column]).toBe(3.5);
  });

  test('a custom phase has a row and no column', () => {
    const { world, script } = begunScript();
    const before = world.deployment();
    script.mark('build_the_image', { seconds: 3.5 });
    expect(runs(world)).toMatchObject([{ stage: 'build_the_image', seconds: 3.5 }]);
    expect(world.deployment()).toEqual(before);
  });

  test('a phase timed by another tool has the given duration', () => {
    const { world, script } = begunScript();
    script.wrap('build', { seconds: 1, durationSeconds: 321.5 });
    expect(runs(world)).toMatchObject([{ seconds: 321.5 }]);
    expect(stageTotals(world, 'build')).toEqual({ count: 1, sum: 321.5 });
  });

  test('a failed phase is counted as a failure by its kind', () => {
    const { world, script } = begunScript();
    script.wrap('migration', { code: 3 });
    script.wrap('migration', { result: exited(124, { errorType: 'timeout' }) });
    const failures = (kind: string) =>
      world.total('deployment_stage_failures_total', ['shop', 'migration', kind]);
    expect([failures('exit_code'), failures('timeout'), failures('canceled')]).toEqual([1, 1, 0]);
    expect(stageTotals(world, 'migration').count).toBe(2);
  });
});

describe('Phase that runs twice', () => {
  test('a phase that runs twice has two rows, and its column is the total time', () => {
    const { world, script } = begunScript();
    script.wrap('migration', { seconds: 5, code: 3 });
    world.pass(100);
    script.wrap('migration', { seconds: 7 });
    expect(runs(world)).toMatchObject([{ seconds: 5 }, { seconds: 7 }]);
    expect(world.deployment().migration_duration).toBe(12);
  });

  test.each([
    { title: 'apart', second: { from: 20, to: 25 }, union: 15 },
    { title: 'overlapping', second: { from: 5, to: 12 }, union: 12 },
    { title: 'one within the other', second: { from: 2, to: 3 }, union: 10 },
    { title: 'end to end', second: { from: 10, to: 14 }, union: 14 },
    { title: 'the later one recorded first', second: { from: -5, to: 5 }, union: 15 },
  ])('the column of two runs ($title) is their union of $union s', ({ second, union }) => {
    const { world } = begunScript();
    ranFromTo(world, { stage: 'migration', from: 0, to: 10 });
    ranFromTo(world, { stage: 'migration', ...second, service: 'worker' });
    expect(world.deployment().migration_duration).toBe(union);
    expect(stageTotals(world, 'migration').count + stageTotals(world, 'migration', 'worker').count).toBe(2);
  });

  test('the union of runs on two boots is measured by wall time', () => {
    const spans = [
      { startMs: 0, mono: 100, boot: 'one', seconds: 10 },
      { startMs: 5000, mono: 5, boot: 'two', seconds: 10 },
    ];
    expect(unionSeconds(spans)).toBe(15);
    expect(unionSeconds(spans.map((span) => ({ ...span, boot: 'one' })))).toBe(20);
  });

  test('the union of shell marks, which have only wall time, and of other marks is measured by wall time', () => {
    const { world } = begunScript();
    const zero = { ...world.context.instant(), monotonicSeconds: null };
    const stage = { stage: 'migration', runId: unique() };
    world.apply(phaseEndMark(later(zero, 10), { ...stage, startedAt: zero }));
    ranFromTo(world, { stage: 'migration', from: 5, to: 12 });
    expect(world.deployment().migration_duration).toBe(12);
  });
});

describe('Open phases', () => {
  test('open phases of the same name are kept apart by service', () => {
    const { world, script } = begunScript();
    script.open('extract');
    script.open('extract', 'worker');
    world.pass(4);
    world.apply(phaseEndMark(world.context.instant(), { stage: 'extract' }));
    expect(runs(world)).toMatchObject([
      { service: 'shop', status: 'success', seconds: 4 },
      { service: 'worker', status: 'running', seconds: null },
    ]);
  });

  test('a phase started while it is open has a second row and a warning, and each end closes the newest open one', () => {
    const { world, script } = begunScript();
    script.open('extract');
    world.pass(1);
    expect(script.open('extract').map(({ code }) => code)).toEqual(['PHASE_OPEN']);
    world.pass(2);
    const end = () => world.apply(phaseEndMark(world.context.instant()));
    end();
    expect(runs(world)).toMatchObject([{ status: 'running' }, { status: 'success', seconds: 2 }]);
    end();
    expect(runs(world)).toMatchObject([{ status: 'success', seconds: 3 }, { seconds: 2 }]);
  });

  describe('with the processes that marked them', () => {
    const [one, other] = ['boot-1/pid:[1]/100/11', 'boot-1/pid:[1]/200/22'];
    const begin = (world: LedgerWorld, caller: string | null, runId: string = unique()) =>
      world.apply(phaseStartMark(world.context.instant(), { caller, runId }));
    const end = (world: LedgerWorld, caller: string | null, said: Partial<PhaseEndMark> = {}) =>
      world.apply(phaseEndMark(world.context.instant(), { caller, ...said }));

    test('an end closes the run of its own process, not the newest', () => {
      const { world } = begunScript();
      begin(world, one);
      world.pass(1);
      expect(begin(world, other)).toMatchObject([
        { code: 'PHASE_OPEN', hint: expect.stringContaining('--service') },
      ]);
      world.pass(1);
      expect(end(world, one, { result: exited(3) })).toEqual([]);
      world.pass(2);
      end(world, other);
      expect(runs(world)).toMatchObject([
        { status: 'failed', seconds: 2 },
        { status: 'success', seconds: 3 },
      ]);
    });

    test('an end closes the newest of several runs of its own process', () => {
      const { world } = begunScript();
      for (const caller of [one, one, other]) begin(world, caller);
      world.pass(1);
      end(world, one);
      expect(runs(world)).toMatchObject([{ status: 'running' }, { seconds: 1 }, { status: 'running' }]);
      world.pass(1);
      end(world, one);
      expect(runs(world)).toMatchObject([{ seconds: 2 }, { seconds: 1 }, { status: 'running' }]);
    });

    test.each([
      ['another process', 'boot-1/pid:[1]/100/33'],
      ['a process of another boot', 'boot-2/pid:[1]/100/11'],
      ['an unknown process', null],
    ])('an end of %s closes the newest run', (_, caller) => {
      const { world } = begunScript();
      begin(world, one);
      begin(world, null);
      end(world, caller);
      expect(runs(world)).toMatchObject([{ status: 'running' }, { status: 'success' }]);
    });

    test('a wrapped run of the same phase keeps its own end', () => {
      const { world } = begunScript();
      begin(world, one);
      world.pass(1);
      begin(world, null, 'wrapped');
      world.pass(1);
      end(world, one);
      end(world, null, { runId: 'wrapped', startedAt: world.context.instant(), result: exited(3) });
      expect(runs(world)).toMatchObject([
        { status: 'success', seconds: 2 },
        { status: 'failed', seconds: 1 },
      ]);
    });
  });

  test('a phase that ended without a start has no duration and a warning, and only a failure is counted', () => {
    const { world } = begunScript();
    const at = world.context.instant();
    expect(world.apply(phaseEndMark(at)).map(({ code }) => code)).toEqual(['PHASE_NOT_OPEN']);
    world.apply(phaseEndMark(at, { result: exited(3) }));
    expect(runs(world)).toMatchObject([
      { status: 'success', seconds: null },
      { status: 'failed', seconds: null },
    ]);
    expect(stageTotals(world, 'extract').count).toBe(0);
    expect(world.total('deployment_stage_failures_total', ['shop', 'extract', 'exit_code'])).toBe(1);
    expect(world.deployment().extract_duration).toBeNull();
  });

  test('a second end of the same run is counted once', () => {
    const { world } = begunScript();
    const startedAt = world.context.instant();
    const end = phaseEndMark(later(startedAt, 3), { runId: 'run-1', startedAt });
    world.apply(end);
    expect(world.apply(end).map(({ code }) => code)).toEqual(['PHASE_ENDED']);
    expect(runs(world)).toHaveLength(1);
    expect(stageTotals(world, 'extract').count).toBe(1);
  });
});

describe('Migrations', () => {
  const counted = (world: LedgerWorld) => [
    world.total('migration_total', ['success']),
    world.total('migration_total', ['failure']),
  ];

  test.each([
    { title: 'a count', said: { migrationCount: 4 }, totals: [4, 0] },
    { title: 'no count', said: {}, totals: [1, 0] },
    { title: 'a count of 0', said: { migrationCount: 0 }, totals: [0, 0] },
    { title: 'a failure after three migrations', said: { migrationCount: 3, code: 1 }, totals: [0, 1] },
  ])('migrations with $title count $totals', ({ said, totals }) => {
    const { world, script } = begunScript();
    script.wrap('migration', said);
    expect(counted(world)).toEqual(totals);
    expect(world.rows('SELECT status, migration_count AS count FROM migrations')).toEqual([
      { status: 'code' in said ? 'failure' : 'success', count: 'code' in said ? 1 : totals[0] },
    ]);
  });

  test('a migration between two marks counts like a wrapped one', () => {
    const { world, script } = begunScript();
    script.mark('migration');
    expect(counted(world)).toEqual([1, 0]);
  });

  test('a migration count of another phase is ignored', () => {
    const { world, script } = begunScript();
    script.wrap('extract', { migrationCount: 4 });
    expect(counted(world)).toEqual([0, 0]);
    expect(world.rows('SELECT * FROM migrations')).toEqual([]);
  });
});
