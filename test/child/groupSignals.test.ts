import { spawn } from 'node:child_process';
import { createServer } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { startFront } from '../contract/front.ts';
import { eventually } from '../support/eventually.ts';
import { startGateway } from '../support/gateway.ts';
import { endOf, newProgram, startDeployment } from '../support/program.ts';

/** Counts a signal until none has come for a second, then prints the count. */
const counting = (signal: string) =>
  `n=0; trap 'n=$((n+1)); at=$SECONDS' ${signal}; at=; echo ready
   until [ -n "$at" ] && [ $((SECONDS - at)) -ge 2 ]; do sleep .05; done; echo $n`;

/** How often a command gets a signal that is sent to its whole process group, in a session of its own. */
async function countOf(
  words: readonly string[],
  { signal, env }: { signal: NodeJS.Signals; env: Record<string, string> },
) {
  const [command = '', ...args] = [...words, 'bash', '-c', counting(signal.slice(3))];
  const child = spawn(command, args, { env, detached: true });
  onTestFinished(() => {
    try {
      process.kill(-(child.pid ?? Number.NaN), 'SIGKILL');
    } catch {
      // It has ended.
    }
  });
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    said += chunk.toString();
  });
  const ended = endOf(child);
  await eventually(() => (said.startsWith('ready\n') ? true : undefined), { what: 'a ready command' });
  process.kill(-(child.pid ?? Number.NaN), signal);
  await ended;
  return said.trim().split('\n')[1];
}

describe('A signal to a whole process group without a terminal', () => {
  const signals = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGINT', 'SIGQUIT'] as const;

  test.each(signals)(
    '%s to a whole process group reaches the command once or twice, because its sender is unknown',
    async (signal) => {
      const program = newProgram({ env: { DEPLOYTRACK_ID: 'none', DEPLOYTRACK_WARNINGS: 'off' } });
      const us = [...program.words, 'phase', 'run', 'x', '--'];
      expect(await countOf([], { signal, env: program.env })).toBe('1');
      // The kernel merges two of one signal that are both pending.
      expect(await countOf(us, { signal, env: program.env })).toMatch(/^[12]$/);
    },
    30_000,
  );
});

describe('A signal after the end of the command', () => {
  /** A gateway that accepts connections and never responds. */
  async function silentGateway(): Promise<{ url: string; asked: Promise<void> }> {
    let tell = () => {};
    const asked = new Promise<void>((resolve) => {
      tell = resolve;
    });
    const server = createServer((socket) => {
      tell();
      socket.on('error', () => {});
      onTestFinished(() => void socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    return { url: `http://127.0.0.1:${(server.address() as { port: number }).port}`, asked };
  }

  test.each([
    ['SIGTERM', 0],
    ['SIGINT', 7],
  ] as const)(
    '%s ends the wait for a gateway, the mark stays recorded and the exit code (%d) is that of the command',
    async (signal, code) => {
      const gateway = await startGateway();
      onTestFinished(() => gateway.stop());
      const front = await startFront({ behind: gateway });
      const program = newProgram({ env: { PUSHGATEWAY_URL: front.url, DEPLOYTRACK_GATEWAY_TIMEOUT: '60s' } });
      const id = await startDeployment(program);
      front.answerWith(() => 'hang');
      const before = front.connections();
      const child = program.spawn(['phase', 'run', 'x', '--id', id, '--', 'sh', '-c', `exit ${code}`]);
      const ended = endOf(child);
      await eventually(() => (front.connections() > before ? true : undefined), { what: 'a request' });
      child.kill(signal);
      expect(await ended).toMatchObject({ code, signal: null });
      expect(program.rows('SELECT exit_code AS code FROM deployment_stages')).toEqual([{ code }]);
    },
    30_000,
  );

  test('a signal ends the health check of a rollback, which is recorded as unhealthy', async () => {
    const program = newProgram();
    const id = await startDeployment(program);
    const { url, asked } = await silentGateway();
    const options = ['--of', id, '--health', url, '--timeout', '60s', '--attempt-timeout', '60s'];
    const child = program.spawn(['rollback', '--reason', 'manual', ...options, '--', 'true']);
    const ended = endOf(child);
    await asked;
    child.kill('SIGTERM');
    expect((await ended).code).toBe(1);
    expect(program.rows('SELECT success FROM rollbacks')).toEqual([{ success: 0 }]);
  }, 30_000);
});
