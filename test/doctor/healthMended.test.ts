import { writeFileSync } from 'node:fs';
import type { RequestListener } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import { beforeAll, describe, expect, test, vi } from 'vitest';
import { expired, selfSigned } from '../probe/certificate.ts';
import { answering, startHttp, startHttps, startTcp } from '../probe/endpoint.ts';
import { newProgram, type Program } from '../support/program.ts';
import { freePort } from '../support/server.ts';
import { chosen, type Found, mend, theProblem } from './doctor.ts';

vi.setConfig({ testTimeout: 60_000 });

let program: Program;
/** What a healthy service responds. */
const healthy = answering({ version: '1.4.0' });

beforeAll(() => {
  program = newProgram();
});

const urlOf = (port: number, scheme = 'http', host = '127.0.0.1') => `${scheme}://${host}:${port}/health`;

function seen(url: string, env: Record<string, string> = {}): Promise<Found> {
  return theProblem(program, 'health', { words: ['--health', url], env });
}

function file(name: string, text: string): string {
  const path = join(program.folder, name);
  writeFileSync(path, text, { mode: 0o600 });
  return path;
}

describe('Commands of doctor --health that fail until the service is repaired', () => {
  /** Breaks a service at a port of its own, and repairs it. */
  interface Broken {
    readonly port: number;
    readonly repair: () => Promise<unknown>;
  }
  async function switched(broken: RequestListener): Promise<Broken> {
    let answer = broken;
    const { port } = await startHttp((request, response) => answer(request, response));
    const repair = async () => {
      answer = healthy;
    };
    return { port, repair };
  }
  async function replaced({ port, close }: Awaited<ReturnType<typeof startTcp>>): Promise<Broken> {
    const repair = async () => {
      await close();
      await startHttp(healthy, { port });
    };
    return { port, repair };
  }

  test.each<[string, () => Promise<Broken>, RegExp]>([
    [
      'does not run',
      async () => {
        const port = await freePort();
        return { port, repair: () => startHttp(healthy, { port }) };
      },
      /refused the connection$/,
    ],
    ['responds with 500', () => switched(answering({}, 500)), /got 500/],
    ['resets connections', async () => replaced(await startTcp((socket) => socket.resetAndDestroy())), /./],
    [
      'does not speak HTTP',
      async () => replaced(await startTcp((socket) => socket.end('SSH-2.0-OpenSSH_9\r\n'))),
      /./,
    ],
    ['hangs', async () => replaced(await startTcp(() => {})), /did not respond within 2 s$/],
    [
      'responds without end',
      () => switched((_, response) => void response.end('x'.repeat(2_000_000))),
      /the body is larger than/,
    ],
  ])('the commands for a service that %s succeed once it works', async (_, breaks, said) => {
    const { port, repair } = await breaks();
    const found = await seen(urlOf(port));
    expect(found.message).toMatch(said);
    const curls = chosen(found, { at: [found.fix?.includes('`ss ') ? 1 : 0] });
    if (!/larger|within/.test(said.source)) await expect(mend(program, curls)).rejects.toThrow('curl');
    await repair();
    expect(await mend(program, curls, { words: ['--health', urlOf(port)] })).toEqual([]);
  });

  test('the command for a service without a version checks the status, and it is gone once there is one', async () => {
    const { port, repair } = await switched(answering({ status: 'up' }));
    const found = await seen(urlOf(port));
    const how = { words: ['--health', urlOf(port)] };
    expect((await mend(program, found, how)).map(({ check }) => check)).toEqual(['health']);
    await repair();
    expect(await mend(program, found, how)).toEqual([]);
  });

  test('the command for an expired certificate succeeds once it was renewed', async () => {
    const [old, renewed] = [expired(), selfSigned({ name: '127.0.0.1' })];
    const authorities = file('both.pem', old.cert + renewed.cert);
    // curl trusts what Node trusts.
    const env = { NODE_EXTRA_CA_CERTS: authorities, CURL_CA_BUNDLE: authorities };
    const { port, close } = await startHttps(old, healthy);
    const found = await seen(urlOf(port, 'https'), env);
    await expect(mend(program, found, { env })).rejects.toThrow('expired');
    await close();
    await startHttps(renewed, healthy, { port });
    expect(await mend(program, found, { env, words: ['--health', urlOf(port, 'https')] })).toEqual([]);
  });
});

describe('Commands of doctor --health that name another URL or a file', () => {
  const fixed = async () => urlOf((await startHttp(healthy)).port);

  test.each<[string, () => Promise<string>, number[]]>([
    ['the name does not exist', async () => 'http://service..internal/health', [1]],
    ['the path is wrong', async () => urlOf((await startHttp(answering('not found', 404))).port), [0]],
    [
      'the service redirects',
      async () => {
        const moved: RequestListener = (_, response) =>
          void response.writeHead(302, { location: 'https://login.example/' }).end();
        return urlOf((await startHttp(moved)).port);
      },
      [0],
    ],
    ['the body is not JSON', async () => urlOf((await startHttp(answering('<html>ok</html>'))).port), [1]],
  ])('the command for a URL of which %s works with the right URL', async (_, wrong, at) => {
    const [found, url] = [await seen(await wrong()), await fixed()];
    expect(await mend(program, chosen(found, { at, fill: { '<url>': url } }), how(url))).toEqual([]);
  });

  const how = (url: string, env: Record<string, string> = {}) => ({ words: ['--health', url], env });

  test('the commands for an unknown authority, another name and the wrong scheme name the right ones', async () => {
    const certificate = selfSigned({ name: '127.0.0.1' });
    const { port } = await startHttps(certificate, healthy);
    const authority = file('authority.pem', certificate.cert);
    const [url, env] = [urlOf(port, 'https'), { NODE_EXTRA_CA_CERTS: authority }];
    const distrusted = await seen(url);
    const trusting = chosen(distrusted, { at: [0, 1], fill: { '<file>': authority } });
    expect(await mend(program, trusting, how(url))).toEqual([]);
    const otherName = await seen(urlOf(port, 'https', 'localhost'), env);
    expect(otherName.message).toContain('ALTNAME');
    expect(await mend(program, chosen(otherName, { fill: { '<url>': url } }), how(url, env))).toEqual([]);
    const reset = await seen(urlOf(port), env);
    expect(await mend(program, chosen(reset, { at: [1] }), how(url, env))).toEqual([]);
    const plain = await fixed();
    const tls = await seen(plain.replace('http:', 'https:'));
    expect(tls.message).toContain('did not complete TLS');
    expect(await mend(program, chosen(tls, { at: [1] }), how(plain))).toEqual([]);
  });

  test('the command for a port with TLS that responds with 400 uses https', async () => {
    const certificate = selfSigned({ name: '127.0.0.1' });
    const behind = await startHttps(certificate, healthy);
    // As servers in Go do.
    const { port } = await startTcp((socket) =>
      socket.once('data', (first) => {
        if (first[0] !== 0x16) {
          socket.end('HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n');
          return;
        }
        const onward = connect(behind.port, '127.0.0.1');
        onward.on('error', () => socket.destroy());
        onward.write(first);
        socket.pipe(onward).pipe(socket);
      }),
    );
    const env = { NODE_EXTRA_CA_CERTS: file('of-400.pem', certificate.cert) };
    const found = await seen(urlOf(port), env);
    expect(found.message).toContain('got 400');
    expect(await mend(program, found, how(urlOf(port, 'https'), env))).toEqual([]);
  });

  test('the command for a service that needs a header sets the file with it', async () => {
    const { port } = await startHttp((request, response) => {
      if (request.headers.authorization === 'Bearer abc') healthy(request, response);
      else response.writeHead(401).end();
    });
    const found = await seen(urlOf(port));
    const fill = { '<file>': file('headers', 'Authorization: Bearer abc\n') };
    expect(await mend(program, chosen(found, { fill }), how(urlOf(port)))).toEqual([]);
  });
});
