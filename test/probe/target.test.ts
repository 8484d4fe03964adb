import { describe, expect, test } from 'vitest';
import { parseTarget } from '../../src/probe/target.ts';

describe('Target of a probe', () => {
  test('a target has the documented defaults', () => {
    expect(parseTarget({ url: 'http://localhost:8080/health' })).toEqual({
      kind: 'http',
      url: 'http://localhost:8080/health',
      expectVersion: null,
      versionPointer: '/version',
      expectStatus: 200,
      headers: {},
      caPem: null,
      insecure: false,
      checkType: 'http',
    });
  });

  test('a target is shown without user and password, which are sent as a header', () => {
    const target = parseTarget({
      url: 'https://dep%20loy:p%40ss%3Aw%C3%B6rd@web.example/health?full=1#part',
    });
    expect(target.url).toBe('https://web.example/health?full=1');
    expect(target.headers).toEqual({
      authorization: `Basic ${Buffer.from('dep loy:p@ss:wörd').toString('base64')}`,
    });
  });

  test('a percent sign in a target that starts no escape is left unchanged', () => {
    const { headers } = parseTarget({ url: 'http://user:100%@localhost/' });
    expect(headers).toEqual({ authorization: `Basic ${Buffer.from('user:100%').toString('base64')}` });
  });

  test('a given header takes precedence over the one from the URL', () => {
    const { headers } = parseTarget({ url: 'http://a:b@localhost/', headers: { authorization: 'Bearer x' } });
    expect(headers).toEqual({ authorization: 'Bearer x' });
  });

  test('the target of a bare port expects no version', () => {
    const target = parseTarget({ url: 'tcp://[::1]:5432', expectVersion: '1.0.0' });
    expect(target).toMatchObject({
      kind: 'tcp',
      url: 'tcp://[::1]:5432',
      expectVersion: null,
      checkType: 'tcp',
    });
  });

  test.each([
    'localhost:8080/health',
    'ftp://localhost/',
    '',
    'http://',
    'health',
    'tcp://localhost',
    'tcp://localhost:80/path',
    'tcp://localhost:80?x',
    'http://localhost:99999/',
  ])('the target %j is rejected', (url) => {
    expect(() => parseTarget({ url })).toThrow(expect.objectContaining({ code: 'USAGE' }));
  });

  test.each([
    'user:secret@host/health',
    'ftp://user:secret@host/',
    'http://user:secret@host:99999/',
    'x:se@secret@h',
  ])('the error for the target %j does not show its password', (url) => {
    expect(() => parseTarget({ url })).not.toThrow(/secret/);
  });

  test('a target is rejected with an invalid pointer, status or certificate', () => {
    const url = 'http://localhost/';
    expect(() => parseTarget({ url, versionPointer: 'version' })).toThrow('invalid JSON pointer "version"');
    expect(() => parseTarget({ url, expectStatus: 99 })).toThrow('invalid HTTP status 99');
    expect(() => parseTarget({ url, caPem: 'garbage' })).toThrow('the file of --ca contains no certificate');
  });
});
