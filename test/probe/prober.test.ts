import type { ServerResponse } from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import { processContext } from '../../src/context.ts';
import { secondsBetween } from '../../src/model.ts';
import type { Attempt } from '../../src/probe/attempt.ts';
import { type Prober, type ProberOptions, startProber } from '../../src/probe/prober.ts';
import { parseTarget } from '../../src/probe/target.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/server.ts';
import { answering, startHttp, startTcp } from './endpoint.ts';

// A limit for a busy machine; no test waits for it.
vi.setConfig({ testTimeout: 60_000 });

const context = processContext();

function probing(port: number, options: Partial<ProberOptions> = {}): Prober & { seen: Attempt[] } {
  const seen: Attempt[] = [];
  const target = parseTarget({ url: `http://127.0.0.1:${port}/health`, expectVersion: '2.0.0' });
  const onAttempt = (attempt: Attempt) => void seen.push(attempt);
  return { seen, ...startProber(context, { target, intervalMs: 20, onAttempt, ...options }) };
}

describe('Prober', () => {
  test('a prober sends its first attempt immediately, and reports when it has a result', async () => {
    const { port } = await startHttp(answering({ version: '1.0.0' }));
    const prober = probing(port, { intervalMs: 60_000 });
    await prober.first;
    expect(prober.seen).toMatchObject([{ healthy: true, verdict: 'healthy' }]);
    expect(await prober.stop()).toEqual(prober.seen);
  });

  test('a prober delays its command by one interval at most for the first attempt', async () => {
    const { port } = await startTcp(() => {});
    const prober = probing(port, { intervalMs: 30, attemptTimeoutMs: 400 });
    await prober.first;
    expect(prober.seen).toEqual([]);
    await prober.stop();
  });

  test('a prober accepts any version with a 2xx status, and nothing else', async () => {
    const statuses = [200, 204, 299, 302, 404, 503];
    let asked = 0;
    const { port } = await startHttp((_request, response) => {
      response.writeHead(statuses[asked++] ?? 200).end();
    });
    const prober = probing(port);
    await eventually(() => prober.seen.length >= statuses.length || undefined);
    const attempts = await prober.stop();
    expect(attempts.slice(0, 6).map(({ healthy }) => healthy)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ]);
  });

  test('a prober does not wait for an attempt before it sends the next', async () => {
    const waiting: ServerResponse[] = [];
    let open = false;
    const { port } = await startHttp((_request, response) => {
      if (open) response.end();
      else waiting.push(response);
    });
    const prober = probing(port, { attemptTimeoutMs: 20_000 });
    await eventually(() => waiting.length >= 5 || undefined, { what: 'five attempts under way' });
    expect(prober.seen).toEqual([]);
    const stopped = prober.stop();
    open = true;
    // In reverse order; attempts are still returned in the order of sending.
    for (const response of waiting.reverse()) response.end('late');
    const attempts = await stopped;
    const sent = attempts.map(({ startedAt }) => startedAt.monotonicSeconds ?? 0);
    expect(sent).toEqual([...sent].sort((a, b) => a - b));
    expect(attempts.every(({ healthy }) => healthy)).toBe(true);
  });

  test('a prober waits at its end for running attempts, since they may fail', async () => {
    const { port } = await startTcp(() => {});
    const prober = probing(port, { intervalMs: 60_000, attemptTimeoutMs: 50 });
    expect(await prober.stop()).toMatchObject([{ healthy: false, verdict: 'timeout' }]);
  });

  test('a prober that was suspended does not catch up on missed attempts', async () => {
    const { port } = await startHttp(answering('up'));
    const beganAt = context.instant();
    const prober = probing(port, { intervalMs: 50 });
    await prober.first;
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 500);
    await eventually(() => prober.seen.length >= 4 || undefined);
    const { length } = await prober.stop();
    const { seconds } = secondsBetween(beganAt, context.instant());
    expect(length).toBeLessThanOrEqual((seconds - 0.4) / 0.05);
  });
});

describe('Wait for the endpoint after the command', () => {
  test('the wait ends with the first successful attempt that was sent after the command', async () => {
    const port = await freePort();
    const prober = probing(port);
    await eventually(() => prober.seen.length >= 2 || undefined);
    const after = context.instant();
    const good = prober.untilGood({ after, timeoutMs: 60_000 });
    await startHttp(answering('up'), { port });
    expect(await good).toBe(true);
    const attempts = await prober.stop();
    expect(attempts[0]).toMatchObject({ healthy: false, verdict: 'refused' });
    expect(attempts.at(-1)).toMatchObject({ healthy: true });
  });

  test('the wait sends an attempt without waiting for the next interval', async () => {
    const { port } = await startHttp(answering('up'));
    const prober = probing(port, { intervalMs: 600_000 });
    await prober.first;
    expect(await prober.untilGood({ after: context.instant(), timeoutMs: 60_000 })).toBe(true);
    expect((await prober.stop()).length).toBe(2);
  });

  test('the wait ignores a response to an attempt that was sent before the command ended', async () => {
    const waiting: ServerResponse[] = [];
    const { port } = await startHttp((_request, response) => void waiting.push(response));
    const prober = probing(port, { intervalMs: 600_000, attemptTimeoutMs: 20_000 });
    await eventually(() => waiting.length === 1 || undefined);
    const good = prober.untilGood({ after: context.instant(), timeoutMs: 300 });
    waiting[0]?.end('the old version, on its way out');
    expect(await good).toBe(false);
    for (const response of waiting) response.end();
    await prober.stop();
  });

  test('the wait ends after its time limit, counted from the end of the command', async () => {
    const { port } = await startTcp(() => {});
    const prober = probing(port, { attemptTimeoutMs: 50 });
    const { wallMs, monotonicSeconds, boot } = context.instant();
    const longAgo = { wallMs: wallMs - 10_000, monotonicSeconds: (monotonicSeconds ?? 0) - 10, boot };
    expect(await prober.untilGood({ after: longAgo, timeoutMs: 5000 })).toBe(false);
    await prober.stop();
  });
});
