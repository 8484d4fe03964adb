import { describe, expect, test } from 'vitest';
import { exited } from './makeMarks.ts';
import { begunScript } from './script.ts';
import { type Case, verdictOf } from './verdict.ts';

const allowed = { judged: 'allowed' } as const;
const unhealthy = 'health: not healthy within 60 s: status 503';

const cases: readonly Case[] = [
  { title: 'nothing but its start', run: (s) => s.finish(), status: 'success', error: null },
  {
    title: 'phases that went well',
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
    title: 'the exit code of a Windows program that Ctrl-C ended',
    run: (s) => s.finish({ exitCode: 3221225786 }),
    status: 'failed',
    error: 'exit code 3221225786',
  },
  {
    title: 'a phase that failed, and the code that the script ended with',
    run: (s) => [s.wrap('migration', { code: 3 }), s.finish({ exitCode: 1 })],
    status: 'failed',
    error: 'phase migration: exit code 3',
  },
  {
    title: 'a phase that failed though the script went on',
    run: (s) => [s.wrap('migration', { code: 3 }), s.wrap('cutover'), s.finish()],
    status: 'failed',
    error: 'phase migration: exit code 3',
  },
  {
    title: 'two phases that failed: the first one is named',
    run: (s) => [s.wrap('migration', { code: 3 }), s.wrap('cutover', { code: 4 }), s.finish()],
    status: 'failed',
    error: 'phase migration: exit code 3',
  },
  {
    title: 'a phase that a signal ended',
    run: (s) => [
      s.wrap('migration', { result: exited(137, { exitCode: null, signal: 'SIGKILL', errorMessage: null }) }),
      s.finish(),
    ],
    status: 'failed',
    error: 'phase migration: SIGKILL',
  },
  {
    title: 'a phase that was retried until it worked',
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
    title: 'a phase that worked and failed when it ran again',
    run: (s) => [s.wrap('migration'), s.wrap('migration', { code: 3 }), s.finish()],
    status: 'failed',
    error: 'phase migration: exit code 3',
  },
  {
    title: 'the same phase of two services: each has its own latest run',
    run: (s) => [
      s.wrap('migration', { code: 3, service: 'worker' }),
      s.wrap('migration', { service: 'web' }),
      s.finish(),
    ],
    status: 'failed',
    error: 'phase migration: exit code 3',
  },
  {
    title: 'a failure that was allowed',
    run: (s) => [s.wrap('migration', { result: exited(3, allowed) }), s.finish()],
    status: 'warning',
    error: 'phase migration: exit code 3',
  },
  {
    title: 'an allowed failure before another: the one that counts is named',
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
    title: 'a question that was answered with no (`--try`)',
    run: (s) => [s.wrap('probe', { result: exited(1, { judged: 'no' }) }), s.finish()],
    status: 'success',
    error: null,
  },
  {
    title: 'a health check that failed',
    run: (s) => [s.health({ bad: 2, healthy: false }), s.finish()],
    status: 'failed',
    error: unhealthy,
  },
  {
    title: 'a health check that failed, then passed',
    run: (s) => [s.health({ bad: 2, healthy: false }), s.health(), s.finish()],
    status: 'success',
    error: null,
  },
  {
    title: 'a health check that failed, and one of another type that passed',
    run: (s) => [s.health({ bad: 2, healthy: false }), s.health({ checkType: 'tcp' }), s.finish()],
    status: 'failed',
    error: unhealthy,
  },
  {
    title: 'a health check whose failure was allowed',
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
    title: 'a rollback after a failed check: the failed version tells why',
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
    title: '`--status success` against everything',
    run: (s) => [
      s.wrap('migration', { code: 3 }),
      s.rollback(),
      s.finish({ status: 'success', exitCode: 1 }),
    ],
    status: 'success',
    error: null,
  },
  {
    title: '`--status failed` of a deployment that went well',
    run: (s) => [s.wrap('migration'), s.finish({ status: 'failed' })],
    status: 'failed',
    error: null,
  },
  {
    title: '`--status warning` where a phase failed',
    run: (s) => [s.wrap('migration', { code: 3 }), s.finish({ status: 'warning' })],
    status: 'warning',
    error: 'phase migration: exit code 3',
  },
  {
    title: '`--error` before everything else',
    run: (s) => [s.wrap('migration', { code: 3 }), s.finish({ exitCode: 143, error: 'disk full' })],
    status: 'failed',
    error: 'disk full',
  },
  {
    title: '`--error` of a deployment that went well',
    run: (s) => s.finish({ error: 'one node is missing' }),
    status: 'success',
    error: 'one node is missing',
  },
  {
    title: 'an error said inside `run`, before the signal that ended the script',
    run: (s) => [s.finish({ keepOpen: true, error: 'disk full' }), s.finish({ exitCode: 143 })],
    status: 'failed',
    error: 'disk full',
  },
  {
    title: 'an error said inside `run`, before the one that `run` knows',
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
