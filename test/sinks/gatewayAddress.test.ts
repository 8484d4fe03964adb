import { expect, test } from 'vitest';
import { gatewayAddress } from '../../src/push/gateway/gatewayAddress.ts';

test.each([
  ['http://gateway:9091', 'http://gateway:9091'],
  ['https://host/base/', 'https://host/base'],
  ['HTTP://Host:9091///', 'http://host:9091'],
  ['http://[::1]:9091/', 'http://[::1]:9091'],
])('%s is kept as %s', (text, url) => {
  expect(gatewayAddress(text)).toEqual({ url, userinfo: null });
});

test('user and password are taken out, and decoded', () => {
  expect(gatewayAddress('https://us%40er:p%3Ass%w@host:1/a')).toEqual({
    url: 'https://host:1/a',
    userinfo: { username: 'us@er', password: 'p%3Ass%w' },
  });
  expect(gatewayAddress('https://a%40b:c%3Ad@host').userinfo).toEqual({ username: 'a@b', password: 'c:d' });
});

test.each(['localhost:9091', 'gateway', 'ftp://host', '', '//host:9091'])('%j has no scheme', (text) => {
  expect(() => gatewayAddress(text)).toThrow(/has no scheme/);
});

test.each(['http://', 'http://host:99999', 'http://a b/'])('%j is no valid URL', (text) => {
  expect(() => gatewayAddress(text)).toThrow(/is no valid URL/);
});

test.each(['http://host:9091/?extra_label=a=b', 'http://host/base?token=t', 'http://host#x'])(
  'the query part of %j is refused, not dropped',
  (text) => {
    expect(() => gatewayAddress(text)).toThrow(/has a query part/);
  },
);

test.each([
  'user:secret@host:9091',
  'http://user:secret@host:99999',
  'ftp://user:sec@secret@host',
  'http://host/?token=secret',
])('what is wrong with %j is said without the password', (text) => {
  expect(() => gatewayAddress(text)).toThrow(/^(?!.*sec).*host/);
});
