import { expect, test } from 'vitest';
import { gatewayAddress, gatewayAddresses, shownGateways } from '../../src/push/gateway/gatewayAddress.ts';

test.each([
  ['http://gateway:9091', 'http://gateway:9091'],
  ['https://host/base/', 'https://host/base'],
  ['HTTP://Host:9091///', 'http://host:9091'],
  ['http://[::1]:9091/', 'http://[::1]:9091'],
])('the gateway address %s is normalized to %s', (text, url) => {
  expect(gatewayAddress(text)).toEqual({ url, userinfo: null });
});

test('user and password are removed from the gateway address, and decoded', () => {
  expect(gatewayAddress('https://us%40er:p%3Ass%w@host:1/a')).toEqual({
    url: 'https://host:1/a',
    userinfo: { username: 'us@er', password: 'p%3Ass%w' },
  });
  expect(gatewayAddress('https://a%40b:c%3Ad@host').userinfo).toEqual({ username: 'a@b', password: 'c:d' });
});

test.each(['localhost:9091', 'gateway', 'ftp://host', '', '//host:9091'])(
  'the gateway address %j is rejected because of its scheme',
  (text) => {
    expect(() => gatewayAddress(text)).toThrow(/has no scheme/);
  },
);

test.each(['http://', 'http://host:99999', 'http://a b/'])(
  'the gateway address %j is not a valid URL',
  (text) => {
    expect(() => gatewayAddress(text)).toThrow(/invalid gateway URL .*: it cannot be parsed/);
  },
);

test.each(['http://host:9091/?extra_label=a=b', 'http://host/base?token=t', 'http://host#x'])(
  'the query part of %j is rejected and not dropped',
  (text) => {
    expect(() => gatewayAddress(text)).toThrow(/has a query part/);
  },
);

test.each([
  'user:secret@host:9091',
  'http://user:secret@host:99999',
  'ftp://user:sec@secret@host',
  'http://host/?token=secret',
])('the error for %j does not show the password', (text) => {
  expect(() => gatewayAddress(text)).toThrow(/^(?!.*sec).*host/);
});

test.each([
  ['http://a:9091,http://b:9091'],
  ['http://a:9091/ , HTTP://B:9091,'],
  ['http://a:9091 http://b:9091'],
  ['http://a:9091\nhttp://b:9091/\n'],
  ['http://a:9091,http://b:9091,http://a:9091/'],
])('the addresses %j are two gateways', (text) => {
  expect(gatewayAddresses(text).map(({ url }) => url)).toEqual(['http://a:9091', 'http://b:9091']);
});

test.each(['http://a:9091,', 'http://a:9091 , ', ' http://a:9091\n'])(
  'the address %j is one gateway',
  (text) => {
    expect(gatewayAddresses(text)).toEqual([{ url: 'http://a:9091', userinfo: null }]);
  },
);

test('of an address that occurs twice the user and password are kept', () => {
  const address = { url: 'http://a:1', userinfo: { username: 'u', password: 'p' } };
  expect(gatewayAddresses('http://a:1,http://u:p@a:1')).toEqual([address]);
  expect(gatewayAddresses('http://u:p@a:1,http://a:1')).toEqual([address]);
});

test('a comma in a password or a path does not separate gateways', () => {
  expect(gatewayAddresses('http://u:p,w@a:1,https://b/x,y')).toEqual([
    { url: 'http://a:1', userinfo: { username: 'u', password: 'p,w' } },
    { url: 'https://b/x,y', userinfo: null },
  ]);
});

test('user and password of no gateway are shown', () => {
  expect(shownGateways('http://u:secret@a:1,https://v:secret@b/x')).toBe('http://a:1, https://b/x');
});
