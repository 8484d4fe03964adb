import { describe, expect, test } from 'vitest';
import { type LedgerWorld, ledgerWorld, unique } from './ledgerWorld.ts';
import { exited, phaseEndMark, phaseStartMark } from './makeMarks.ts';
import { scriptOf } from './script.ts';

function finished(said: { status?: 'success' | 'failed'; discard?: boolean } = {}) {
  const world = ledgerWorld();
  const script = scriptOf(world);
  script.start();
  script.finish({ status: 'success', ...said });
  world.pass(60);
  return { world, script };
}

const totals = (world: LedgerWorld) => world.rows('SELECT * FROM totals ORDER BY family, labels, part');
const codes = (warnings: readonly { code: string }[]) => warnings.map(({ code }) => code);

describe('Marks after the end of a deployment', () => {
  test('a mark after the end is a late row with a warning and changes no total and no column', () => {
    const { world, script } = finished();
    const before = { totals: totals(world), row: world.deployment() };
    expect(codes(script.wrap('migration', { code: 3 }))).toEqual(['LATE']);
    expect(codes(script.mark('cutover'))).toEqual(['LATE', 'LATE']);
    expect({ totals: totals(world), row: world.deployment() }).toEqual(before);
    expect(
      world.rows('SELECT stage, status, duration_seconds AS seconds, late FROM deployment_stages'),
    ).toEqual([
      { stage: 'migration', status: 'failed', seconds: 10, late: 1 },
      { stage: 'cutover', status: 'success', seconds: 10, late: 1 },
    ]);
  });

  test('a phase started after the end is a late row too', () => {
    const { world } = finished();
    world.apply(phaseStartMark(world.context.instant()));
    expect(world.rows('SELECT status, late FROM deployment_stages')).toEqual([
      { status: 'running', late: 1 },
    ]);
  });

  test('the end of a phase that `finish` has closed is stored as a late row', () => {
    const world = ledgerWorld();
    const script = scriptOf(world);
    script.start();
    const startedAt = world.context.instant();
    const run = { stage: 'migration', runId: unique() };
    world.apply(phaseStartMark(startedAt, run));
    world.pass(5);
    script.finish({ exitCode: 143 });
    world.pass(2);
    const before = totals(world);
    const late = phaseEndMark(world.context.instant(), {
      ...run,
      startedAt,
      result: exited(143, { signal: 'SIGTERM' }),
    });
    expect(codes(world.apply(late))).toEqual(['LATE']);
    expect(totals(world)).toEqual(before);
    expect(
      world.rows(
        'SELECT duration_seconds AS seconds, late, error_message AS error FROM deployment_stages ORDER BY id',
      ),
    ).toEqual([
      { seconds: 5, late: 0, error: 'open when the deployment ended' },
      { seconds: 7, late: 1, error: 'exit code 143' },
    ]);
  });

  test('a failed phase after the end does not change the status', () => {
    const { world, script } = finished();
    script.wrap('migration', { code: 3 });
    script.finish({ exitCode: 3 });
    expect(world.deployment()).toMatchObject({ deployment_status: 'success', error_message: null });
  });
});

describe('First finish of an abandoned deployment', () => {
  const abandoned = () => {
    const world = ledgerWorld();
    const script = scriptOf(world);
    script.start();
    script.finish({ abandoned: true });
    return { world, script };
  };

  test('a finish after the abandonment warns and stores its notes, but changes no total and no status', () => {
    const { world, script } = abandoned();
    const before = totals(world);
    world.pass(30);
    expect(codes(script.finish({ exitCode: 0, notes: 'it went well' }))).toEqual(['LATE']);
    expect(totals(world)).toEqual(before);
    expect(world.deployment()).toMatchObject({
      deployment_status: 'failed',
      error_message: 'abandoned',
      notes: 'it went well',
      exit_code: 0,
    });
  });

  test('a finish after the abandonment warns once', () => {
    const { script } = abandoned();
    script.finish({ exitCode: 0 });
    expect(script.finish({ exitCode: 0 })).toEqual([]);
    expect(script.finish({ onExit: true })).toEqual([]);
  });

  test('a second `finish --abandoned` gives no warning', () => {
    const { script } = abandoned();
    expect(script.finish({ abandoned: true })).toEqual([]);
  });
});
