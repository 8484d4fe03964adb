import { describe, expect, test } from 'vitest';
import { exited } from './makeMarks.ts';
import { begunScript } from './script.ts';
import { type Case, verdictOf } from './verdict.ts';

const onExit: readonly (Case & { readonly code: number | null })[] = [
  { title: 'an exit code', code: 7, run: () => {}, status: 'failed', error: 'exit code 7' },
  { title: 'the code of SIGHUP', code: 129, run: () => {}, status: 'failed', error: 'SIGHUP' },
  { title: 'the code of SIGINT', code: 130, run: () => {}, status: 'failed', error: 'SIGINT' },
  { title: 'the code of SIGTERM', code: 143, run: () => {}, status: 'failed', error: 'SIGTERM' },
  { title: 'the code of another signal', code: 137, run: () => {}, status: 'failed', error: 'exit code 137' },
  {
    title: 'exit code 0 with an open phase',
    code: 0,
    run: (s) => [s.wrap('extract'), s.open('migration')],
    status: 'failed',
    error: 'ended before finish, in migration',
  },
  {
    title: 'no exit code with an open phase',
    code: null,
    run: (s) => s.open('migration'),
    status: 'failed',
    error: 'ended before finish, in migration',
  },
  {
    title: 'exit code 0 with two open phases, of which the newest is named',
    code: 0,
    run: (s) => [s.open('migration'), s.open('cutover')],
    status: 'failed',
    error: 'ended before finish, in cutover',
  },
  {
    title: 'exit code 0 between two phases',
    code: 0,
    run: (s) => s.wrap('extract'),
    status: 'failed',
    error: 'ended before finish, after extract',
  },
  {
    title: 'exit code 0 before any phase',
    code: 0,
    run: () => {},
    status: 'failed',
    error: 'ended before finish',
  },
  {
    title: 'the code of a failed phase',
    code: 3,
    run: (s) => s.wrap('migration', { code: 3 }),
    status: 'failed',
    error: 'phase migration: exit code 3',
  },
  {
    title: 'the code of a signal that ended a phase too',
    code: 143,
    run: (s) => s.wrap('migration', { result: exited(143, { signal: 'SIGTERM', errorMessage: 'SIGTERM' }) }),
    status: 'failed',
    error: 'SIGTERM',
  },
];

describe('Command `finish --on-exit`', () => {
  test.each(onExit)(
    'finish --on-exit after $title records the error: $error',
    ({ run, code, status, error }) => {
      const { world, script } = begunScript();
      run(script);
      script.finish({ onExit: true, exitCode: code });
      expect(verdictOf(world)).toEqual({ status, error });
    },
  );

  test('finish --on-exit records the given error', () => {
    const { world, script } = begunScript();
    script.open('migration');
    script.finish({ onExit: true, exitCode: 0, error: 'migrate: exit 3' });
    expect(verdictOf(world)).toEqual({ status: 'failed', error: 'migrate: exit 3' });
  });

  test.each(['success', 'warning', 'failed'] as const)(
    'finish --on-exit does not change a deployment finished as %s',
    (status) => {
      const { world, script } = begunScript();
      script.finish({ status });
      const finished = world.deployment();
      world.pass(5);
      expect(script.finish({ onExit: true, exitCode: 143 })).toEqual([]);
      expect(world.deployment()).toEqual(finished);
    },
  );
});
