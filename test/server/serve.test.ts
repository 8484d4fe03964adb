import { createServer } from 'node:http';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, onTestFinished, test } from 'vitest';
import { newProgram } from '../support/program.ts';
import { serve } from '../support/serve.ts';

async function ask(url: string, init?: RequestInit): Promise<[status: number, body: string]> {
  const response = await fetch(url, init);
  return [response.status, await response.text()];
}

describe('Command serve', () => {
  test('serve creates the ledger, is healthy and ready, and exits with 0 when it is stopped', async () => {
    const served = await serve();
    expect(await ask(`${served.url}/-/healthy`)).toEqual([200, 'healthy\n']);
    expect(await ask(`${served.url}/-/ready`)).toEqual([200, 'ready\n']);
    expect(served.program.rows('SELECT count(*) AS n FROM ledger')).toEqual([{ n: 1 }]);
    const { code, signal, stdout } = await served.stop();
    expect([code, signal, stdout]).toEqual([0, null, '']);
    expect(served.log().at(-1)).toMatchObject({ level: 'info', message: 'stopped' });
  });

  test('serve logs each request as one line of JSON without its URL', async () => {
    const served = await serve();
    await ask(`${served.url}/-/ready?token=s3cret`, { headers: { Authorization: 'Bearer s3cret' } });
    await ask(`${served.url}/s3cret`);
    await served.stop();
    const lines = served.log().filter(({ message }) => message === 'request');
    expect(lines).toEqual([
      {
        at: expect.stringMatching(/^\d{4}-.*Z$/),
        level: 'info',
        message: 'request',
        method: 'GET',
        route: 'ready',
        status: 200,
        durationSeconds: expect.any(Number),
        bytes: expect.any(Number),
      },
      expect.objectContaining({ route: 'none', status: 404 }),
    ]);
    expect(JSON.stringify(served.log())).not.toContain('s3cret');
  });

  test('serve responds to HEAD like GET without a body, and names the accepted methods of a path', async () => {
    const { url } = await serve();
    const head = await fetch(`${url}/-/healthy`, { method: 'HEAD' });
    expect([head.status, head.headers.get('content-length'), await head.text()]).toEqual([200, '8', '']);
    const put = await fetch(`${url}/-/healthy`, { method: 'PUT', body: 'x' });
    expect([put.status, put.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
    expect(await put.text()).toBe('method not allowed: PUT; expected GET, HEAD\n');
    expect(await ask(`${url}/nowhere`)).toEqual([404, 'not found\n']);
    expect((await ask(`${url}/%ff`))[0]).toBe(400);
    expect((await ask(`${url}/${'a'.repeat(5000)}`))[0]).toBe(414);
    expect((await ask(`${url}/-/healthy`, { headers: { long: 'a'.repeat(20_000) } }))[0]).toBe(431);
    expect(await ask(`${url}/-/healthy`)).toEqual([200, 'healthy\n']);
  });

  test('serve exits with 1 and one line if its port is in use', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void other.close());
    const { port } = other.address() as { port: number };
    const { code, stderr } = await newProgram().run(['serve', '--listen', `127.0.0.1:${port}`]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringMatching(
        new RegExp(
          `^deploytrack: (error: )?cannot listen on 127\\.0\\.0\\.1:${port}: another program uses it\\b[^]*stop that program, or set another port with --listen\\)?\n$`,
        ),
      ),
    ]);
  });

  test.each(['nowhere', '127.0.0.1', 'a b:1', '127.0.0.1:99999', '::1:80'])(
    'the address %j is rejected by serve',
    async (address) => {
      const { code, stderr } = await newProgram().run(['serve', '--listen', address]);
      expect([code, stderr]).toEqual([2, expect.stringContaining('invalid address')]);
    },
  );

  test('serve rejects a request that is not HTTP with one line', async () => {
    const { port, url } = await serve();
    const socket = connect(port, '127.0.0.1');
    socket.write('EHLO example\r\n\r\n');
    expect(await text(socket)).toMatch(/^HTTP\/1\.1 400 [\s\S]*\nmalformed request\n$/);
    expect(await ask(`${url}/-/healthy`)).toEqual([200, 'healthy\n']);
  });
});
