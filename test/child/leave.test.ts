import { expect, test } from 'vitest';
import type { ChildEnd } from '../../src/child/end.ts';
import { leaveLike } from '../../src/child/leave.ts';
import { fakeContext } from '../support/context.ts';

function endedBy(signal: NodeJS.Signals | null, more: Partial<ChildEnd> = {}): ChildEnd {
  const { instant } = fakeContext();
  const times = { startedAt: instant(), endedAt: instant() };
  const used = { cpuSeconds: null, peakMemoryBytes: null, stderrTail: null };
  const code = signal === null ? 3 : null;
  const rest = {
    pid: 1,
    exitCode: code,
    timedOut: false,
    failure: null,
    shellCode: code ?? 143,
    interrupted: new Promise<never>(() => {}),
    release: () => {},
  };
  return { ...times, ...used, ...rest, signal, ...more };
}

test('an exit code is returned without sending a signal', async () => {
  const context = fakeContext();
  expect(await leaveLike(context, endedBy(null))).toBe(3);
  expect(context.kills).toEqual([]);
});

test('a signal is sent to the own process, and 128+n is returned if the signal has no effect', async () => {
  const context = fakeContext();
  expect(await leaveLike(context, endedBy('SIGTERM'))).toBe(143);
  expect(context.kills).toEqual([{ pid: context.pid, signal: 'SIGTERM' }]);
});

test('on Windows only the exit code is returned', async () => {
  const context = fakeContext({ platform: 'win32' });
  expect(await leaveLike(context, endedBy('SIGTERM'))).toBe(143);
  expect(context.kills).toEqual([]);
});

test('a timeout returns 124 and sends no signal, even if a signal ended the command', async () => {
  const context = fakeContext();
  expect(await leaveLike(context, endedBy('SIGTERM', { timedOut: true, shellCode: 124 }))).toBe(124);
  expect(context.kills).toEqual([]);
});

test('signal handlers are released before anything else', async () => {
  const released: string[] = [];
  await leaveLike(fakeContext(), endedBy(null, { release: () => void released.push('released') }));
  expect(released).toEqual(['released']);
});
