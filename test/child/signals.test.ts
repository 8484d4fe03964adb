import { spawn } from 'node:child_process';
import { afterEach, expect, test } from 'vitest';
import { takeSignals } from '../../src/child/signals.ts';
import { fakeContext } from '../support/context.ts';

const command = () => spawn('sleep', ['30'], { stdio: 'ignore' });
const running = new Set<ReturnType<typeof command>>();
afterEach(() => {
  for (const child of running) child.kill('SIGKILL');
  running.clear();
});

function started(platform: NodeJS.Platform) {
  const context = fakeContext({ platform });
  const signals = takeSignals(context);
  const child = command();
  running.add(child);
  signals.deliverTo(child);
  return { context, signals, child };
}

test('on Windows signals are survived and not forwarded', () => {
  const { context, child } = started('win32');
  const taken = (['SIGTERM', 'SIGHUP', 'SIGINT', 'SIGQUIT'] as const).map((signal) => context.raise(signal));
  expect(taken).toEqual([true, true, true, true]);
  expect(child.killed).toBe(false);
});

test('on other systems a signal is forwarded to the command', () => {
  const { context, child } = started('linux');
  context.raise('SIGTERM');
  expect(child.killed).toBe(true);
});

test('a signal that comes before the command has started is survived', () => {
  const context = fakeContext();
  takeSignals(context);
  expect(context.raise('SIGTERM')).toBe(true);
});

test('signals have no listeners after the release', () => {
  const { context, signals } = started('linux');
  signals.release();
  expect(context.raise('SIGTERM')).toBe(false);
  expect(context.raise('SIGINT')).toBe(false);
});
