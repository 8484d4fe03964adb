import { describe, expect, test } from 'vitest';
import { exited } from './makeMarks.ts';
import { begunScript } from './script.ts';
import { type Case, verdictOf } from './verdict.ts';

const allowed = { judged: 'allowed' } as const;
const automatic = { failedCheck: 'the script: exit code 9', refused: null, process: null, outages: [] };
const unhealthy = 'health: not healthy within 60 s: status 503';

const cases: readonly Case[] = [
  { title: 'only a start', run: (s) => s.finish(), status: 'success', error: null },
  {
    title: 'successful phases',
    run: (s) => [s.wrap('extract'), s.mark('migration'), s.health(), s.finish()],
    status: 'success',
    error: null,
  },
  {
    title: 'an exit code',
    run: (s) => [s.wrap('extract'), s.finish({ exitCode: 3 })],
    status: 'failed',
    error: 'exit code 3',
  },
  {
    title: 'the exit code of a Windows program ended by Ctrl-C',
    run: (s) => s.finish({ exitCode: 3221225786 }),
    status: 'failed',
    error: 'exit code 3221225786',
  },
  {
    title: 'a failed phase and an exit code of the script',
    run: (s) => [s.wrap('migration', { code: 3 }), s.finish({ exitCode: 1 })],
    status: 'failed',
    error: 'phase migration: exit code 3',
  },
  {
    title: 'a failed phase in a script that continued',
    run: (s) => [s.wrap('migration', { code: 3 }), s.wrap('cutover'), s.finish()],
    status: 'failed',
    error: 'phase migration: exit code 3',
  },
  {
    title: 'two failed phases, of which the first is named',
    run: (s) => [s.wrap('migration', { code: 3 }), s.wrap('cutover', { code: 4 }), s.finish()],
    status: 'failed',
    error: 'phase migration: exit code 3',
  },
  {
    title: 'a phase ended by a signal',
    run: (s) => [
      s.wrap('migration', { result: exited(137, { exitCode: null, signal: 'SIGKILL', errorMessage: null }) }),
      s.finish(),
    ],
    status: 'failed',
    error: 'phase migration: SIGKILL',
  },
  {
    title: 'a phase retried until it succeeded',
    run: (s) => [
      s.wrap('migration', { code: 3 }),
      s.wrap('migration', { code: 3 }),
      s.wrap('migration'),
      s.finish(),
    ],
    status: 'success',
    error: null,
  },
  {
    title: 'a phase that succeeded and failed when it ran again',
    run: (s) => [s.wrap('migration'), s.wrap('migration', { code: 3 }), s.finish()],
    status: 'failed',
    error: 'phase migration: exit code 3',
  },
  {
    title: 'the same phase of two services, each with its own latest run',
    run: (s) => [
      s.wrap('migration', { code: 3, service: 'worker' }),
      s.wrap('migration', { service: 'web' }),
      s.finish(),
    ],
    status: 'failed',
    error: 'phase migration: exit code 3',
  },
  {
    title: 'a phase that failed on one of two hosts',
    run: (s) => [
      s.wrap('migration', { service: 'app@web-1' }),
      s.wrap('migration', { code: 3, service: 'app@web-2' }),
      s.finish(),
    ],
    status: 'failed',
    error: 'phase migration (app@web-2): exit code 3',
  },
  {
    title: 'an allowed failure',
    run: (s) => [s.wrap('migration', { result: exited(3, allowed) }), s.finish()],
    status: 'warning',
    error: 'phase migration: exit code 3',
  },
  {
    title: 'an allowed failure before one that counts',
    run: (s) => [
      s.wrap('extract', { result: exited(2, allowed) }),
      s.wrap('migration', { code: 3 }),
      s.finish(),
    ],
    status: 'failed',
    error: 'phase migration: exit code 3',
  },
  {
    title: 'an allowed failure and an exit code',
    run: (s) => [s.wrap('extract', { result: exited(2, allowed) }), s.finish({ exitCode: 5 })],
    status: 'failed',
    error: 'phase extract: exit code 2',
  },
  {
    title: 'a failed phase with `--try`',
    run: (s) => [s.wrap('probe', { result: exited(1, { judged: 'no' }) }), s.finish()],
    status: 'success',
    error: null,
  },
  {
    title: 'a failed health check',
    run: (s) => [s.health({ bad: 2, healthy: false }), s.finish()],
    status: 'failed',
    error: unhealthy,
  },
  {
    title: 'a health check that failed and then passed',
    run: (s) => [s.health({ bad: 2, healthy: false }), s.health(), s.finish()],
    status: 'success',
    error: null,
  },
  {
    title: 'a failed health check and a passed one of another type',
    run: (s) => [s.health({ bad: 2, healthy: false }), s.health({ checkType: 'tcp' }), s.finish()],
    status: 'failed',
    error: unhealthy,
  },
  {
    title: 'a failed health check with an allowed failure',
    run: (s) => [s.health({ bad: 2, healthy: false, judged: 'allowed' }), s.finish()],
    status: 'warning',
    error: unhealthy,
  },
  {
    title: 'a rollback',
    run: (s) => [s.wrap('extract'), s.rollback({ reason: 'error rate too high' }), s.finish()],
    status: 'failed',
    error: 'rolled back: error rate too high',
  },
  {
    title: 'a rollback after a failed check, which gives the reason',
    run: (s) => [s.health({ bad: 1, healthy: false }), s.rollback(), s.health(), s.finish()],
    status: 'failed',
    error: unhealthy,
  },
  {
    title: 'a rollback whose own check failed',
    run: (s) => [s.rollback({ reason: 'manual' }), s.health({ bad: 1, healthy: false }), s.finish()],
    status: 'failed',
    error: 'rolled back: manual',
  },
  {
    title: 'a script that failed, and its automatic rollback, which failed too',
    run: (s) => [
      s.rollback({ reason: 'script failed', step: 'begin', success: false, automatic }),
      s.rollback({ reason: 'script failed', step: 'end', success: false, automatic }),
      s.finish({ exitCode: 9 }),
    ],
    status: 'failed',
    error: 'exit code 9',
  },
  {
    title: '`--status success` and failures',
    run: (s) => [
      s.wrap('migration', { code: 3 }),
      s.rollback(),
      s.finish({ status: 'success', exitCode: 1 }),
    ],
    status: 'success',
    error: null,
  },
  {
    title: '`--status failed` and no failure',
    run: (s) => [s.wrap('migration'), s.finish({ status: 'failed' })],
    status: 'failed',
    error: null,
  },
  {
    title: '`--status warning` and a failed phase',
    run: (s) => [s.wrap('migration', { code: 3 }), s.finish({ status: 'warning' })],
    status: 'warning',
    error: 'phase migration: exit code 3',
  },
  {
    title: '`--error` and a failed phase',
    run: (s) => [s.wrap('migration', { code: 3 }), s.finish({ exitCode: 143, error: 'disk full' })],
    status: 'failed',
    error: 'disk full',
  },
  {
    title: '`--error` and no failure',
    run: (s) => s.finish({ error: 'one node is missing' }),
    status: 'success',
    error: 'one node is missing',
  },
  {
    title: 'an error given inside `run` before a signal ended the script',
    run: (s) => [s.finish({ keepOpen: true, error: 'disk full' }), s.finish({ exitCode: 143 })],
    status: 'failed',
    error: 'disk full',
  },
  {
    title: 'an error given inside `run` before the one of `run` itself',
    run: (s) => [
      s.finish({ keepOpen: true, error: 'disk full' }),
      s.finish({ exitCode: 137, error: 'SIGKILL' }),
    ],
    status: 'failed',
    error: 'disk full',
  },
];

describe('Status and error at `finish`', () => {
  test.each(cases)('the status at `finish` after $title is $status', ({ run, status, error }) => {
    const { world, script } = begunScript();
    run(script);
    expect(verdictOf(world)).toEqual({ status, error });
  });
});
