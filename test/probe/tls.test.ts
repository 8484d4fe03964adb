import { describe, expect, test, vi } from 'vitest';
import { processContext } from '../../src/context.ts';
import { createProbe } from '../../src/probe/attempt.ts';
import { parseTarget, type TargetOptions } from '../../src/probe/target.ts';
import { selfSigned } from './certificate.ts';
import { answering, startHttp, startHttps, startTcp } from './endpoint.ts';

// A limit for a busy machine; no test waits for it.
vi.setConfig({ testTimeout: 60_000 });

const forAddress = selfSigned({ name: '127.0.0.1' });
const forOther = selfSigned({ name: 'other.example' });

function attempt(options: TargetOptions, timeoutMs = 20_000) {
  return createProbe(processContext(), parseTarget(options))(timeoutMs);
}

describe('Attempt over TLS', () => {
  test('an attempt is healthy with the authority given by --ca', async () => {
    const { port } = await startHttps(forAddress, answering({ version: '2.0.0' }));
    const url = `https://127.0.0.1:${port}/health`;
    expect(await attempt({ url, expectVersion: '2.0.0', caPem: forAddress.cert })).toMatchObject({
      verdict: 'healthy',
      version: '2.0.0',
    });
  });

  test('an attempt rejects a certificate of an unknown authority, unless it is told to accept it', async () => {
    const { port } = await startHttps(forAddress, answering({ version: '2.0.0' }));
    const url = `https://127.0.0.1:${port}/health`;
    expect(await attempt({ url })).toMatchObject({
      healthy: false,
      verdict: 'tls',
      words: `the certificate or TLS of 127.0.0.1:${port} was not accepted: self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT); use --ca <pem> to trust its authority`,
    });
    expect(await attempt({ url, insecure: true })).toMatchObject({ verdict: 'healthy' });
  });

  test('an attempt rejects the certificate of another host', async () => {
    const { port } = await startHttps(forOther, answering('ok'));
    expect(await attempt({ url: `https://127.0.0.1:${port}/`, caPem: forOther.cert })).toMatchObject({
      verdict: 'tls',
      words: expect.stringContaining('ERR_TLS_CERT_ALTNAME_INVALID'),
    });
  });

  test('an attempt reports that the port does not use TLS', async () => {
    const { port } = await startHttp(answering('ok'));
    expect(await attempt({ url: `https://127.0.0.1:${port}/` })).toMatchObject({
      verdict: 'tls',
      words: expect.stringContaining(
        `127.0.0.1:${port} did not complete TLS: it may not speak it on this port`,
      ),
    });
  });

  test('an attempt reports that the handshake did not end before the deadline', async () => {
    const { port } = await startTcp(() => {});
    expect(await attempt({ url: `https://127.0.0.1:${port}/` }, 100)).toMatchObject({
      verdict: 'timeout',
      words: `127.0.0.1:${port} accepted the connection and did not finish the TLS handshake within 0.1 s`,
    });
  });

  test('an attempt reports that the connection was cut during the handshake', async () => {
    const { port } = await startTcp((socket) => socket.once('data', () => socket.destroy()));
    expect(await attempt({ url: `https://127.0.0.1:${port}/` })).toMatchObject({
      verdict: 'reset',
      words: `127.0.0.1:${port} ended the connection during the TLS handshake`,
    });
  });
});
