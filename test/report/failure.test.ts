import { describe, expect, test } from 'vitest';
import type { Failure } from '../../src/report/failure.ts';
import { newProgram, type Program } from '../support/program.ts';

/** Runs each line for a new deployment, finishes it, and returns what `show --json` names as its failure. */
async function failureAfter(
  lines: readonly (readonly string[])[],
  finish: readonly string[] = [],
): Promise<Failure | null> {
  const program = newProgram();
  const id = await program.quiet(['start', '--deployment', 'shop', '--version', '1.0.0']);
  for (const line of lines) await withId(program, { line, id });
  await program.run(['finish', '--id', id, ...finish]);
  return JSON.parse(await program.quiet(['show', id, '--json'])).failure as Failure | null;
}

/** The option goes before the wrapped command. */
function withId(program: Program, { line, id }: { line: readonly string[]; id: string }) {
  const end = line.indexOf('--');
  const words = end === -1 ? line : line.slice(0, end);
  return program.run([...words, '--id', id, ...(end === -1 ? [] : line.slice(end))]);
}

const exits = (code: number) => ['--', 'sh', '-c', `exit ${code}`];

describe('The failure of a deployment', { timeout: 60_000 }, () => {
  test('a deployment whose failed phase passed in its next run, or was only tried, has no failure', async () => {
    const passedLater = [
      ['phase', 'run', 'warm_up', ...exits(1)],
      ['phase', 'run', 'warm_up', ...exits(0)],
    ];
    expect(await failureAfter(passedLater)).toBeNull();
    expect(await failureAfter([['phase', 'run', 'check_schema', '--try', ...exits(1)]])).toBeNull();
  });

  test('the step and the reason are from the same run, the one that finish decided by', async () => {
    const recorded = ['phase', 'record', 'migration', '--duration', '1s', '--status', 'failed'];
    const twoPhases = [
      [...recorded, '--error', 'column is missing'],
      ['phase', 'run', 'seed', ...exits(2)],
    ];
    expect(await failureAfter(twoPhases)).toEqual({
      kind: 'failed',
      title: 'Failed: phase migration',
      what: 'phase migration',
      why: 'column is missing',
      stderr: null,
    });
    const smokeFirst = [
      ['smoke', 'login', ...exits(4)],
      ['phase', 'run', 'lint', '--allow-failure', ...exits(1)],
      ['health', '--check-type', 'queue', '--timeout', '100ms', '--interval', '50ms', '--', 'false'],
    ];
    expect(await failureAfter(smokeFirst)).toMatchObject({
      title: 'Failed: smoke test login',
      why: 'exit code 4',
    });
  });

  test('only an allowed failure is a warning and not a failure', async () => {
    const allowed = [['phase', 'run', 'lint', '--allow-failure', ...exits(3)]];
    expect(await failureAfter(allowed)).toMatchObject({
      kind: 'warning',
      title: 'Allowed failure: phase lint',
      why: 'exit code 3',
    });
  });

  test('the reason of the script is shown with the step that decided the status, and stderr is of that step', async () => {
    const noisy = ['phase', 'run', 'seed', '--keep-stderr', '--', 'sh', '-c', 'echo no space >&2; exit 2'];
    expect(await failureAfter([noisy], ['--error', 'the disk is full'])).toMatchObject({
      what: 'phase seed',
      why: 'the disk is full',
      stderr: 'no space\n',
    });
    const allowed = ['phase', 'run', 'lint', '--allow-failure', ...exits(1)];
    expect(
      await failureAfter([allowed], ['--status', 'failed', '--error', 'the disk is full']),
    ).toMatchObject({ title: 'Failed', what: null, why: 'the disk is full' });
  });

  test('a failed health check, an exit code and a rollback are named as such', async () => {
    const health = [
      'health',
      '--check-type',
      'queue',
      '--timeout',
      '100ms',
      '--interval',
      '50ms',
      '--',
      'false',
    ];
    expect(await failureAfter([health])).toMatchObject({ title: 'Failed: health check' });
    expect(await failureAfter([], ['--exit-code', '7'])).toMatchObject({
      title: 'Failed',
      why: 'exit code 7',
    });
    expect(await failureAfter([['rollback', '--reason', 'slow']])).toMatchObject({
      title: 'Failed',
      why: 'rolled back: slow',
    });
  });
});
