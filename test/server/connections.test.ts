import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { request } from 'node:https';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { selfSigned } from '../probe/certificate.ts';
import { eventually } from '../support/eventually.ts';
import { newProgram } from '../support/program.ts';
import { serve } from '../support/serve.ts';

vi.setConfig({ testTimeout: 90_000 });

/** Open connections from an address of this machine; the test closes them. */
async function opened(port: number, { count, from = '127.0.0.1' }: { count: number; from?: string }) {
  const open = () =>
    new Promise<Socket>((resolve, reject) => {
      const socket = connect({ port, host: '127.0.0.1', localAddress: from }, () => resolve(socket));
      socket.once('error', reject);
      socket.on('error', () => {});
      onTestFinished(() => void socket.destroy());
    });
  return Promise.all(Array.from({ length: count }, open));
}

async function serveTls() {
  const program = newProgram();
  const { key, cert } = selfSigned({ name: '127.0.0.1' });
  const [certFile, keyFile] = [join(program.folder, 'c.pem'), join(program.folder, 'k.pem')];
  writeFileSync(certFile, cert);
  writeFileSync(keyFile, key);
  const args = ['--tls-cert', certFile, '--tls-key', keyFile];
  const served = await serve({ program, args, run: { env: { DEPLOYTRACK_SERVE_TOKEN: 'abc' } } });
  const status = () =>
    new Promise<number>((resolve, reject) => {
      const options = { ca: cert, agent: false, headers: { authorization: 'Bearer abc' } };
      request(`${served.url}/-/healthy`, options, (answer) => resolve(answer.resume().statusCode ?? 0))
        .once('error', reject)
        .end();
    });
  return { ...served, status };
}

/** Number of sockets of a server in a state, as the kernel counts them. */
function socketsIn(state: 'close-wait' | 'established', port: number): number {
  const found = execFileSync('ss', ['-Htn', 'state', state, `( sport = :${port} )`], { encoding: 'utf8' });
  return found.split('\n').length - 1;
}

describe('Connections that never finish their TLS handshake', () => {
  test('connections without a TLS handshake are closed after ten seconds, and leave nothing in CLOSE-WAIT', async () => {
    const { port, status } = await serveTls();
    const silent = await opened(port, { count: 10 });
    const halfGone = await opened(port, { count: 5 });
    for (const socket of halfGone) socket.end();
    for (const socket of silent.slice(5)) socket.write(Buffer.from('160301', 'hex'));
    expect(await status()).toBe(200);
    await eventually(
      () => (socketsIn('established', port) + socketsIn('close-wait', port) === 0 ? true : undefined),
      { what: 'an end of all sockets', deadlineMs: 30_000 },
    );
    expect(await status()).toBe(200);
  });

  test('connections without a TLS handshake do not keep the server from ending on SIGTERM', async () => {
    const { port, stop } = await serveTls();
    await opened(port, { count: 10 });
    for (const socket of await opened(port, { count: 5 })) socket.end();
    const began = performance.now();
    expect(await stop()).toMatchObject({ code: 0, signal: null });
    expect(performance.now() - began).toBeLessThan(20_000);
  });

  test('connections without a TLS handshake do not block other clients, however many there are', async () => {
    const { port, status } = await serveTls();
    await opened(port, { count: 700 });
    for (let time = 0; time < 5; time += 1) expect(await status()).toBe(200);
  });
});

describe('Connections beyond the limit', () => {
  /** On a new connection, because the server closes idle ones first. */
  const health = async (url: string) =>
    (await fetch(`${url}/-/healthy`, { headers: { connection: 'close' } })).status;

  test('connections with slow heads leave a slot for an orchestrator, and are rejected with a reason', async () => {
    const { url, port, log } = await serve();
    const slow = await opened(port, { count: 500 });
    for (const socket of slow) socket.write('GET / HTTP/1.1\r\nX-Slow: ');
    const heard = new Promise((resolve) => slow[0]?.once('data', (chunk) => resolve(String(chunk))));
    for (let time = 0; time < 5; time += 1) expect(await health(url)).toBe(200);
    expect(await heard).toMatch(/^HTTP\/1\.1 503 /);
    const told = () => log().find(({ message, status }) => message === 'refused' && status === 503);
    await eventually(told, { what: 'the refusal in the log' });
  });

  test('idle kept-alive connections are closed if their slots are needed, the longest idle first', async () => {
    const { url, port, log } = await serve();
    const kept = await opened(port, { count: 500 });
    for (const socket of kept) {
      const answered = new Promise((resolve) => socket.once('data', resolve));
      socket.write('GET /-/healthy HTTP/1.1\r\nHost: localhost\r\n\r\n');
      await answered;
    }
    const closed = new Promise((resolve) => kept[0]?.once('close', () => resolve(true)));
    expect(await health(url)).toBe(200);
    expect(await closed).toBe(true);
    expect(kept[499]?.destroyed).toBe(false);
    expect(log()).not.toContainEqual(expect.objectContaining({ message: 'refused' }));
  });

  test('slots are taken from the address that has the most connections', async () => {
    const { port } = await serve();
    const [patient] = await opened(port, { count: 1, from: '127.0.0.2' });
    const answer = new Promise((resolve) => {
      patient?.once('data', (chunk) => resolve(String(chunk)));
      patient?.once('close', () => resolve('closed'));
    });
    patient?.write('GET /-/healthy HTTP/1.1\r\n');
    const greedy = await opened(port, { count: 600, from: '127.0.0.3' });
    for (const socket of greedy) socket.resume();
    const ended = () => greedy.filter(({ destroyed }) => destroyed).length;
    await eventually(() => (ended() >= 100 || patient?.destroyed ? true : undefined), {
      what: 'an end of the connections beyond the limit',
      deadlineMs: 30_000,
    });
    patient?.write('Host: localhost\r\n\r\n');
    expect(await answer).toMatch(/^HTTP\/1\.1 200 /);
  });
});
