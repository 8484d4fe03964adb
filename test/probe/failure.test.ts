import { describe, expect, test } from 'vitest';
import { failureFinding, firstStage, timeoutFinding } from '../../src/probe/failure.ts';

function failure(properties: { code?: string; syscall?: string; message?: string }) {
  return Object.assign(new Error(properties.message ?? 'it broke'), properties);
}

describe('Connection errors', () => {
  test.each([
    [{ code: 'EHOSTUNREACH' }, 'unreachable', 'web:80 cannot be reached (EHOSTUNREACH)'],
    [{ code: 'ETIMEDOUT' }, 'timeout', 'web:80 cannot be reached (ETIMEDOUT)'],
    [{ code: 'EPIPE' }, 'reset', 'web:80 ended the connection at once'],
    [
      { code: 'EAI_AGAIN', syscall: 'getaddrinfo' },
      'dns',
      'the name of web:80 cannot be resolved (EAI_AGAIN)',
    ],
    [{ code: 'EMFILE', message: 'too\nmany' }, 'error', 'the attempt failed: too\\nmany (EMFILE)'],
    [{}, 'error', 'the attempt failed: it broke'],
  ])('the error %j has the verdict %s', (properties, verdict, words) => {
    const found = failureFinding(failure(properties), { stage: 'connect', place: 'web:80' });
    expect(found).toEqual({ verdict, words, statusCode: null, version: null });
  });

  test('the error of several addresses is that of the one that refused, because it exists', () => {
    const each = [failure({ code: 'ENETUNREACH' }), failure({ code: 'ECONNREFUSED' })];
    const error = Object.assign(new AggregateError(each), { code: 'ENETUNREACH' });
    const at = { stage: 'connect', place: 'localhost:80' } as const;
    expect(failureFinding(error, at).verdict).toBe('refused');
    expect(failureFinding(new AggregateError(each.slice(0, 1)), at).verdict).toBe('unreachable');
  });

  test('a TLS error is distinguished from a connection error, even if a client certificate is requested late', () => {
    const at = { stage: 'answer', place: 'web:443' } as const;
    const late = failure({ code: 'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED' });
    expect(failureFinding(late, at).verdict).toBe('tls');
    expect(failureFinding(failure({ code: 'ECONNRESET' }), { ...at, stage: 'tls' }).verdict).toBe('reset');
  });
});

test('an expired deadline names what it waited for', () => {
  const words = (['name', 'connect', 'tls', 'answer', 'body'] as const).map(
    (stage) => timeoutFinding(1500, { stage, place: 'web:80', bodyBytes: 7 }).words,
  );
  expect(words).toEqual([
    'web:80 was not resolved within 1.5 s',
    'web:80 accepted no connection within 1.5 s',
    'web:80 accepted the connection and did not finish the TLS handshake within 1.5 s',
    'web:80 accepted the connection and did not respond within 1.5 s',
    'the response was not complete after 7 bytes of its body within 1.5 s',
  ]);
});

test('an IP address is not resolved', () => {
  expect(firstStage(new URL('http://127.0.0.1:80/'))).toBe('connect');
  expect(firstStage(new URL('tcp://[::1]:80'))).toBe('connect');
  expect(firstStage(new URL('http://localhost/'))).toBe('name');
});
