import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startBrowser } from '../support/browser.ts';
import { startDeployment } from '../support/program.ts';
import { startRawServer } from '../support/rawServer.ts';
import { serve } from '../support/serve.ts';

vi.setConfig({ testTimeout: 60_000 });

/** The status of a raw request. */
async function raw(port: number, head: string): Promise<string> {
  const socket = connect(port, '127.0.0.1');
  socket.write(head);
  const answer = await text(socket);
  return answer.split(' ')[1] ?? '';
}

describe('Server on loopback without authentication', () => {
  test('a server on loopback rejects a foreign Host header or URL, with a line that says what to do', async () => {
    const { url, port } = await serve();
    const close = 'Connection: close\r\n\r\n';
    expect(await raw(port, `GET /metrics HTTP/1.1\r\nHost: localhost\r\n${close}`)).toBe('200');
    expect(await raw(port, `GET /metrics HTTP/1.0\r\n${close}`)).toBe('200');
    expect(await raw(port, `GET /metrics HTTP/1.1\r\nHost: rebind.example\r\n${close}`)).toBe('421');
    expect(await raw(port, `GET /metrics HTTP/1.1\r\nHost: localhost\r\nHost: evil\r\n${close}`)).toBe('400');
    expect(await raw(port, `GET http://evil/metrics HTTP/1.1\r\nHost: evil\r\n${close}`)).toBe('421');
    expect(await raw(port, `GET http://localhost/metrics HTTP/1.1\r\nHost: localhost\r\n${close}`)).toBe(
      '200',
    );
    expect(await raw(port, `GET /-/healthy HTTP/1.1\r\nHost: anything\r\n${close}`)).toBe('200');
    for (const path of ['/', '/metrics', '/health', '/api/deployments']) {
      const answer = await raw(port, `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1.evil\r\n${close}`);
      expect([path, answer]).toEqual([path, '421']);
    }
    expect((await fetch(`${url}/metrics`)).status).toBe(200);
  });

  test('a server on loopback accepts the name given by --allowed-host', async () => {
    const { port } = await serve({ args: ['--allowed-host', 'deploys.example.com'] });
    const close = 'Connection: close\r\n\r\n';
    expect(await raw(port, `GET /metrics HTTP/1.1\r\nHost: deploys.example.com\r\n${close}`)).toBe('200');
    expect(await raw(port, `GET /metrics HTTP/1.1\r\nHost: other.example.com\r\n${close}`)).toBe('421');
  });
});

test("a page of another site can read nothing, neither by a name of its own nor by the server's", async () => {
  const { port, program } = await serve();
  await startDeployment(program);
  const site = await startRawServer((socket) => {
    socket.end('HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nConnection: close\r\n\r\n<p>a site');
  });
  onTestFinished(() => site.stop());
  const browser = await startBrowser('--host-resolver-rules=MAP rebind.example 127.0.0.1');
  onTestFinished(() => browser.close());
  const page = await browser.newPage();
  const rebound = await page.goto(`http://rebind.example:${port}/`);
  expect(rebound?.status()).toBe(421);
  const read = (address: string) =>
    page.evaluate(
      (from) =>
        fetch(from).then(
          async (answer) => `${answer.status} ${await answer.text()}`,
          (error) => String(error),
        ),
      address,
    );
  expect(await read('/api/deployments')).toMatch(/^421 misdirected request: host /);
  await page.goto(site.url.replace('127.0.0.1', 'rebind.example'));
  const seen: string[] = [];
  page.on('response', (response) => seen.push(`${response.status()} ${response.url()}`));
  expect(await read(`http://127.0.0.1:${port}/api/deployments`)).toMatch(/TypeError/);
  for (const one of seen) expect(one).not.toMatch(/^200 .*api/);
  const followed = await page.goto(`http://127.0.0.1:${port}/`, { referer: 'http://rebind.example/' });
  expect(followed?.status()).toBe(200);
});
