import { expect, test } from 'vitest';
import { credentials } from '../../src/push/gateway/credentials.ts';

const basic = (text: string) => ({ authorization: `Basic ${Buffer.from(text).toString('base64')}` });

test('a request without settings carries no credentials', () => {
  expect(credentials({})).toEqual({ headers: {}, caPem: null });
});

test('user and password are sent as UTF-8, without the line end of their files', () => {
  expect(credentials({ username: 'üser\n', password: 'p:w \r\n' }).headers).toEqual(basic('üser:p:w '));
});

test('a configured user takes precedence over the one in the address, which fills in missing parts', () => {
  const inAddress = { username: 'address', password: 'there' };
  expect(credentials({}, inAddress).headers).toEqual(basic('address:there'));
  expect(credentials({ username: 'a', password: 'b' }, inAddress).headers).toEqual(basic('a:b'));
  expect(credentials({ password: 'b' }, inAddress).headers).toEqual(basic('address:b'));
});

test('a token takes precedence over user and password', () => {
  expect(credentials({ token: ' abc.def\n', username: 'a', password: 'b' }).headers).toEqual({
    authorization: 'Bearer abc.def',
  });
});

test('custom headers are given one per line, and the last of a name is used', () => {
  const headers = 'X-Scope-OrgID: tenant: 1\r\n\n  X-A:1\nx-a: 2\nAuthorization: Custom x';
  expect(credentials({ token: 't', headers }).headers).toEqual({
    'x-scope-orgid': 'tenant: 1',
    'x-a': '2',
    authorization: 'Custom x',
  });
});

test('a certificate authority must be PEM', () => {
  const caPem = '-----BEGIN CERTIFICATE-----\nMII\n-----END CERTIFICATE-----';
  expect(credentials({ caPem: `${caPem}\n` }).caPem).toBe(`${caPem}\n`);
  expect(() => credentials({ caPem: 'MII' })).toThrow(/not in PEM form/);
});

test.each([
  [{ token: 'sec\nret' }, /authorization/],
  [{ headers: 'X-A: sec\u0000ret' }, /x-a/],
  [{ headers: 'X-A: sec→ret' }, /x-a/],
  [{ headers: 'secret' }, /line 1 of the headers/],
  [{ headers: 'A: 1\nB C: secret' }, /line 2 of the headers/],
  [{ headers: 'Content-Length: secret' }, /content-length/],
  [{ username: 'sec:ret', password: 'x' }, /the user name has a colon/],
  [{ username: 'x', password: 'sec\u0000ret' }, /the password has a control character/],
])('%j is rejected by name and without its value', (settings, words) => {
  expect(() => credentials(settings)).toThrow(words);
  expect(() => credentials(settings)).toThrow(/^(?!.*(sec|ret))/);
});

test('user and password of an address are checked too', () => {
  expect(() => credentials({}, { username: 'a:b', password: 'c' })).toThrow(/user name has a colon/);
  expect(() => credentials({}, { username: 'a', password: 'b\nc' })).toThrow(/control character/);
});
