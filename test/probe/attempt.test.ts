import type { RequestListener } from 'node:http';
import { describe, expect, test, vi } from 'vitest';
import { processContext } from '../../src/context.ts';
import { type Attempt, createProbe } from '../../src/probe/attempt.ts';
import { parseTarget, type TargetOptions } from '../../src/probe/target.ts';
import { answering, startHttp, startTcp } from './endpoint.ts';

// A limit for a busy machine; no test waits for it.
vi.setConfig({ testTimeout: 60_000 });

const generousMs = 20_000;

function attempt(options: TargetOptions, timeoutMs = generousMs): Promise<Attempt> {
  return createProbe(processContext(), parseTarget(options))(timeoutMs);
}

async function ask(listener: RequestListener, options: Partial<TargetOptions> = {}): Promise<Attempt> {
  const { port } = await startHttp(listener);
  return attempt({ url: `http://127.0.0.1:${port}/health`, ...options });
}

describe('Attempt at an endpoint that responds', () => {
  test('an attempt is healthy with the expected version', async () => {
    const made = await ask(answering({ version: '2.0.0' }), { expectVersion: 'v2.0.0' });
    expect(made).toMatchObject({
      healthy: true,
      verdict: 'healthy',
      words: 'responded as version "2.0.0"',
      statusCode: 200,
      version: '2.0.0',
    });
    expect(made.latencySeconds).toBeGreaterThan(0);
    expect(made.endedAt.wallMs).toBeGreaterThanOrEqual(made.startedAt.wallMs);
  });

  test('an attempt names the old version that still responds', async () => {
    const made = await ask(answering({ version: '1.9.0' }), { expectVersion: '2.0.0' });
    expect(made).toMatchObject({
      healthy: false,
      verdict: 'wrong_version',
      words: 'expected version "2.0.0", got "1.9.0"',
      version: '1.9.0',
    });
  });

  test('an attempt finds the version by its pointer and compares a number as text', async () => {
    const body = { apps: [{ 'build/no': 17 }] };
    const options = { expectVersion: '17', versionPointer: '/apps/0/build~1no' };
    expect(await ask(answering(body), options)).toMatchObject({ verdict: 'healthy', version: '17' });
  });

  test('an attempt reads a body with a byte order mark', async () => {
    const made = await ask(answering('\uFEFF{"version":"2.0.0"}'), { expectVersion: '2.0.0' });
    expect(made.verdict).toBe('healthy');
  });

  test.each([
    [{ status: 'ok' }, 'expected version "2.0.0", but /version is missing'],
    [{ version: null }, 'expected version "2.0.0", but /version is null'],
    [{ version: '' }, 'expected version "2.0.0", but /version is empty'],
    [{ version: true }, 'expected version "2.0.0", but /version is a boolean'],
    [{ version: { major: 2 } }, 'expected version "2.0.0", but /version is an object'],
    [['2.0.0'], 'expected version "2.0.0", but /version is missing'],
    ['"2.0.0"', 'expected version "2.0.0", but /version is missing'],
  ])('an attempt reports a missing version for the body %j', async (body, words) => {
    const made = await ask(answering(body), { expectVersion: '2.0.0' });
    expect(made).toMatchObject({ healthy: false, verdict: 'no_version', words });
  });

  test.each([
    ['<html>busy</html>', '"<html>busy</html>" (application/json)'],
    ['{"version": "2.0.0"', '"{\\"version\\": \\"2.0.0\\"" (application/json)'],
    ['', 'an empty body'],
  ])('an attempt reports invalid JSON for the body %j', async (body, seen) => {
    const made = await ask(answering(body), { expectVersion: '2.0.0' });
    expect(made).toMatchObject({
      healthy: false,
      verdict: 'not_json',
      words: `expected version "2.0.0", got ${seen} instead of JSON`,
    });
  });

  test('an attempt with the right version and the wrong status is not healthy', async () => {
    const made = await ask(answering({ version: '2.0.0' }, 503), { expectVersion: '2.0.0' });
    expect(made).toMatchObject({
      healthy: false,
      verdict: 'wrong_status',
      words: 'expected status 200, got 503 (Service Unavailable)',
      statusCode: 503,
    });
  });

  test('an attempt is healthy with the expected status', async () => {
    expect(await ask(answering('', 418), { expectStatus: 418 })).toMatchObject({
      healthy: true,
      statusCode: 418,
    });
    expect(await ask(answering('', 204), { expectStatus: '2xx' })).toMatchObject({ healthy: true });
    expect(await ask(answering('', 404), { expectStatus: '2xx' })).toMatchObject({ verdict: 'wrong_status' });
  });

  test('an attempt does not follow a redirect and hides secrets of its address', async () => {
    const seen: (string | undefined)[] = [];
    const made = await ask((request, response) => {
      seen.push(request.url);
      response.writeHead(302, { location: 'https://user:secret@login.example/sign-in?token=secret' }).end();
    });
    expect(made).toMatchObject({
      healthy: false,
      verdict: 'redirect',
      words: 'redirected to "https://login.example/sign-in" with 302; redirects are not followed',
    });
    expect(seen).toEqual(['/health']);
  });

  test('an attempt checks only the status if any version is accepted, even if the body never ends', async () => {
    const made = await ask((_request, response) => void response.writeHead(200).write('{'));
    expect(made).toMatchObject({ verdict: 'healthy', words: 'responded with 200 (OK)', version: null });
  });

  test('an attempt reads a body that ends with the connection', async () => {
    const { port } = await startTcp((socket) => {
      socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\n{"version":"2.0.0"}'));
    });
    const made = await attempt({ url: `http://127.0.0.1:${port}/`, expectVersion: '2.0.0' });
    expect(made.verdict).toBe('healthy');
  });

  test('an attempt rejects a body of more than 64 KiB', async () => {
    const endless: RequestListener = (_request, response) => {
      const chunk = Buffer.alloc(16 * 1024, ' ');
      const pour = () => {
        while (!response.destroyed && response.write(chunk));
      };
      response.on('drain', pour);
      pour();
    };
    expect(await ask(endless, { expectVersion: '2.0.0' })).toMatchObject({
      healthy: false,
      verdict: 'too_large',
      words: 'the body is larger than 65536 bytes',
      statusCode: 200,
    });
  });

  test('an attempt accepts a body of exactly 64 KiB', async () => {
    const body = '{"version":"2.0.0"}'.padEnd(64 * 1024);
    expect((await ask(answering(body), { expectVersion: '2.0.0' })).verdict).toBe('healthy');
  });

  test('a version of 10 kB is compared completely and cut in the record', async () => {
    const version = 'x'.repeat(10_000);
    const made = await ask(answering({ version }), { expectVersion: version });
    expect(made).toMatchObject({ verdict: 'healthy', version: 'x'.repeat(256) });
  });

  test('an attempt sends the given headers and closes its connection', async () => {
    let seen: Record<string, unknown> = {};
    await ask(
      (request, response) => {
        seen = { ...request.headers, method: request.method };
        response.end();
      },
      { headers: { 'x-token': 'abc', 'x-twice': ['1', '2'], host: 'app.example' } },
    );
    expect(seen).toMatchObject({
      method: 'GET',
      'x-token': 'abc',
      'x-twice': '1, 2',
      host: 'app.example',
      connection: 'close',
    });
  });

  test('an attempt reaches a host with addresses of both families', async () => {
    const { port } = await startHttp(answering('ok'));
    expect(await attempt({ url: `http://localhost:${port}/` })).toMatchObject({ verdict: 'healthy' });
  });
});
