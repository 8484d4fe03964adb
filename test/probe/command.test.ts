import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Context, processContext } from '../../src/context.ts';
import { createCommandProbe } from '../../src/probe/command.ts';
import { eventually } from '../support/eventually.ts';

// A limit for a busy machine; no test waits for it.
vi.setConfig({ testTimeout: 60_000 });

function check(
  command: readonly [string, ...string[]],
  { timeoutMs = 20_000, context = processContext() } = {},
) {
  const [file, ...args] = command;
  return createCommandProbe(context, { file, args })(timeoutMs);
}

function pidFile(): string {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-check-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return join(folder, 'pid');
}

/** The PID that a command wrote, once it is complete. */
function written(file: string): Promise<number> {
  return eventually(
    () => Number(/^(\d+)\n/.exec(readFileSync(file, 'utf8'))?.[1] ?? Number.NaN) || undefined,
  );
}

function gone(pid: number): Promise<true> {
  return eventually(() => (processContext().kill(pid, 0) ? undefined : true), { what: `end of ${pid}` });
}

describe('Check by a command', () => {
  test('a check command that exits with 0 is healthy, however much it prints', async () => {
    const made = await check(['sh', '-c', 'head -c 300000 /dev/zero; echo noise >&2']);
    expect(made).toMatchObject({
      healthy: true,
      verdict: 'healthy',
      words: '"sh" exited with 0',
      statusCode: null,
    });
  });

  test('a check command that exits with another code or by a signal is not healthy', async () => {
    expect(await check(['sh', '-c', 'exit 3'])).toMatchObject({
      healthy: false,
      verdict: 'command_failed',
      words: '"sh" exited with 3; expected 0',
    });
    expect(await check(['sh', '-c', 'kill -9 $$'])).toMatchObject({
      verdict: 'command_failed',
      words: '"sh" was ended by SIGKILL; expected 0',
    });
  });

  test('a check command that does not exist or is not executable is reported', async () => {
    expect(await check(['no-such-command-here'])).toMatchObject({
      verdict: 'command_not_found',
      words: 'the command "no-such-command-here" was not found',
    });
    expect(await check(['/etc/hostname'])).toMatchObject({ verdict: 'command_failed' });
  });

  test('a check command gets its arguments one by one, without a shell', async () => {
    expect((await check(['sh', '-c', 'test "$1" = "a  b*;"', 'sh', 'a  b*;'])).verdict).toBe('healthy');
  });

  test('a check command is killed at its deadline with all its descendants', async () => {
    const file = pidFile();
    const script = `sh -c 'echo $$ > "${file}"; exec sleep 300' & wait`;
    const checking = check(['sh', '-c', script], { timeoutMs: 1500 });
    const grandchild = await written(file);
    expect(await checking).toMatchObject({
      healthy: false,
      verdict: 'timeout',
      words: '"sh" did not end within 1.5 s',
    });
    await gone(grandchild);
  });

  test('a check command ends with deploytrack if a signal ends it', async () => {
    const file = pidFile();
    const raised: string[] = [];
    const listeners = new Map<string, () => void>();
    const real = processContext();
    const context: Context = {
      ...real,
      onSignal(signal, listener) {
        listeners.set(signal, listener);
        return () => void listeners.delete(signal);
      },
      kill(pid, signal) {
        if (pid !== real.pid) return real.kill(pid, signal);
        raised.push(`${signal}, listeners left: ${listeners.size}`);
        return true;
      },
    };
    const checking = check(['sh', '-c', `echo $$ > "${file}"; exec sleep 300`], { context });
    const pid = await written(file);
    listeners.get('SIGINT')?.();
    expect(await checking).toMatchObject({ verdict: 'command_failed' });
    expect(raised).toEqual(['SIGINT, listeners left: 0']);
    await gone(pid);
  });
});
