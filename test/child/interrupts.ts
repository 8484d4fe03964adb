import { expect, test } from 'vitest';
import { endOf, type Front, fixture, runInTerminal, saysFirst, startFront } from './front.ts';

/** Signals to a program that wraps a command. Runs for every such program. */
export function interruptTests(front: Front): void {
  test.each(['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGINT', 'SIGQUIT'] as const)(
    '%s sent to deploytrack alone reaches the command, whose exit code deploytrack returns',
    async (signal) => {
      const child = startFront(front, [fixture('names-signal.sh')]);
      const ended = endOf(child);
      await saysFirst(child, 'ready');
      child.kill(signal);
      const end = await ended;
      expect([end.stdout.toString(), end.code, end.signal]).toEqual([`ready\n${signal}\n`, 9, null]);
    },
  );

  test.each(['SIGTERM', 'SIGINT', 'SIGUSR1'] as const)(
    '%s ends a command that does not handle it, and then deploytrack',
    async (signal) => {
      const child = startFront(front, ['sh', '-c', 'echo ready; exec sleep 30']);
      const ended = endOf(child);
      await saysFirst(child, 'ready');
      child.kill(signal);
      const end = await ended;
      expect([end.code, end.signal]).toEqual([null, signal]);
    },
  );

  test('Ctrl-C in a terminal reaches the command once, and deploytrack waits until the command has handled it', async () => {
    const end = await runInTerminal(
      front,
      [fixture('counts-interrupts.sh')],
      [{ after: 'ready', keys: '\\x03' }],
    );
    expect([end.output, end.code]).toEqual(['ready\n^Cinterrupts: 1\n', 5]);
  });

  test('Ctrl-C ends a command that does not handle it, and deploytrack by the same signal', async () => {
    const end = await runInTerminal(
      front,
      ['sh', '-c', 'echo ready; exec sleep 30'],
      [{ after: 'ready', keys: '\\x03' }],
    );
    expect([end.output, end.signal]).toEqual(['ready\n^C', 'SIGINT']);
  });

  test('Ctrl-\\ in a terminal reaches the command once', async () => {
    const end = await runInTerminal(front, [fixture('names-signal.sh')], [{ after: 'ready', keys: '\\x1c' }]);
    expect([end.output, end.code]).toEqual(['ready\n^\\SIGQUIT\n', 9]);
  });

  test('Ctrl-Z stops deploytrack with the command, and fg continues both', async () => {
    const command = ['sh', '-c', 'echo ready; sleep 0.5; echo on; exit 4'];
    const end = await runInTerminal(front, command, [{ after: 'ready', keys: '\\x1a' }]);
    // State Z: a child that has ended stays a zombie while its parent is stopped and cannot reap it.
    expect(end.output).toMatch(/^ready\n\^Z<stopped D?T{2,3}Z?>\non\n$/);
    expect(end.code).toBe(4);
  });
}
