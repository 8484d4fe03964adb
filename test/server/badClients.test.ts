import { execFileSync, spawnSync } from 'node:child_process';
import { renameSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { describe, expect, onTestFinished, test } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { serve } from '../support/serve.ts';

async function status(url: string): Promise<number> {
  return (await fetch(url)).status;
}

/** An open connection; the test closes it. */
function opened(port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, '127.0.0.1', () => resolve(socket));
    socket.once('error', reject);
    onTestFinished(() => void socket.destroy());
  });
}

describe('Misbehaving clients', () => {
  test('a body of 100 MB is rejected with 413 before it is read', async () => {
    const { url, log, pid } = await serve();
    const before = residentKilobytes(pid);
    const sent = `head -c 100000000 /dev/zero | curl -s -o /dev/null -w '%{http_code} %{size_upload}' -H 'Expect:' --data-binary @- ${url}/metrics`;
    const chunked = `head -c 100000000 /dev/zero | curl -s -o /dev/null -w '%{http_code}' -H 'Expect:' -H 'Transfer-Encoding: chunked' -T - -X GET ${url}/-/healthy`;
    expect(spawnSync('bash', ['-c', sent], { encoding: 'utf8' }).stdout).toMatch(/^405 /);
    expect(spawnSync('bash', ['-c', chunked], { encoding: 'utf8' }).stdout).toBe('413');
    expect(residentKilobytes(pid) - before).toBeLessThan(50_000);
    expect(await status(`${url}/-/healthy`)).toBe(200);
    const seen = () => log().flatMap((entry) => (entry.status === undefined ? [] : [entry.status]));
    await eventually(() => seen().includes(200) || undefined, { what: 'the last line' });
    expect(seen()).toEqual([405, 413, 200]);
  });

  test('a client that sends its head byte by byte gets 408, and other clients are served meanwhile', {
    timeout: 60_000,
  }, async () => {
    const { url, port, log } = await serve();
    const slow = await opened(port);
    let heard = '';
    slow.on('data', (chunk: Buffer) => {
      heard += chunk.toString();
    });
    const drip = setInterval(() => slow.writable && slow.write('x'), 500);
    onTestFinished(() => clearInterval(drip));
    slow.write('GET /-/healthy HTTP/1.1\r\nX-Slow: ');
    expect(await status(`${url}/-/healthy`)).toBe(200);
    await eventually(() => (heard === '' ? undefined : heard), { what: 'a refusal', deadlineMs: 40_000 });
    expect(heard).toMatch(/^HTTP\/1\.1 408 /);
    expect(log()).toContainEqual(expect.objectContaining({ message: 'refused', status: 408 }));
    expect(await status(`${url}/-/healthy`)).toBe(200);
  });

  test('connections beyond the limit are rejected with a reason, and are accepted again later', async () => {
    const { url, port, log } = await serve();
    const sockets = await Promise.all(Array.from({ length: 1000 }, () => opened(port)));
    const refused = await eventually(
      () => log().filter((entry) => entry.message === 'refused' && entry.status === 503).length || undefined,
      { what: 'refused connections' },
    );
    expect(refused).toBeGreaterThan(0);
    for (const socket of sockets) socket.destroy();
    const answered = await eventually(
      async () => ((await status(`${url}/-/healthy`).catch(() => 0)) === 200 ? true : undefined),
      { what: 'an answer' },
    );
    expect(answered).toBe(true);
  });
});

describe('Ledger that disappears while it is served', () => {
  test('the server responds with 503 and the reason while its ledger is missing, and works again when it is back', async () => {
    const { url, program } = await serve();
    await program.quiet(['start', '--deployment', 'gateway', '--version', '1.0.0']);
    expect(await status(`${url}/metrics`)).toBe(200);
    renameSync(program.ledger, `${program.ledger}.away`);
    const gone = await fetch(`${url}/metrics`);
    expect([gone.status, await gone.text()]).toEqual([
      503,
      `service unavailable: the ledger ${program.ledger} has disappeared; restore it, or restart the server to create a new one\n`,
    ]);
    expect([await status(`${url}/-/ready`), await status(`${url}/-/healthy`)]).toEqual([503, 200]);
    renameSync(`${program.ledger}.away`, program.ledger);
    expect(await (await fetch(`${url}/metrics`)).text()).toContain('deployment_info{');
  });
});

function residentKilobytes(pid: number): number {
  return Number(execFileSync('ps', ['-o', 'rss=', '-p', String(pid)], { encoding: 'utf8' }));
}
