import { expect, test } from 'vitest';
import { environmentProxy } from '../../src/push/proxy/environmentProxy.ts';

const http = 'http://push.example.org:9091';
const https = 'https://push.example.org/base';

test.each<[string, Record<string, string>, string | null]>([
  [http, {}, null],
  [http, { http_proxy: 'http://p:1' }, 'http://p:1'],
  [http, { HTTP_PROXY: 'http://p:1' }, 'http://p:1'],
  [http, { HTTP_PROXY: 'http://p:1', REQUEST_METHOD: 'GET' }, null],
  [http, { http_proxy: 'http://p:1', REQUEST_METHOD: 'GET' }, 'http://p:1'],
  [http, { http_proxy: 'http://low:1', HTTP_PROXY: 'http://up:1' }, 'http://low:1'],
  [http, { https_proxy: 'http://p:1' }, null],
  [https, { https_proxy: 'http://p:1', http_proxy: 'http://q:1' }, 'http://p:1'],
  [https, { HTTPS_PROXY: 'http://p:1' }, 'http://p:1'],
  [https, { all_proxy: 'http://p:1' }, 'http://p:1'],
  [http, { ALL_PROXY: 'http://p:1', http_proxy: '' }, 'http://p:1'],
  [http, { http_proxy: 'p:3128' }, 'http://p:3128'],
  [http, { all_proxy: 'socks5://p:1080' }, 'socks5://p:1080'],
  [http, { http_proxy: ' http://p:1 ' }, 'http://p:1'],
])('for %s the variables %j mean the proxy %s', (url, env, expected) => {
  expect(environmentProxy(env, url)?.text ?? null).toBe(expected);
});

const direct: readonly [list: string, url: string][] = [
  ['*', http],
  ['push.example.org', http],
  ['PUSH.Example.org', http],
  ['example.org', http],
  ['.example.org', http],
  ['*.example.org', http],
  ['a.test, example.org', http],
  ['a.test example.org', http],
  ['push.example.org:9091', http],
  ['push.example.org:443', https],
  ['push.example.org.', http],
  ['10.1.2.3', 'http://10.1.2.3:9091'],
  ['10.0.0.0/8', 'http://10.1.2.3:9091'],
  ['::1', 'http://[::1]:9091'],
  ['[::1]:9091', 'http://[::1]:9091'],
  ['fd00::/8', 'http://[fd00::2]:9091'],
  ['FD00:0:0::0002', 'http://[fd00::2]:9091'],
  ['[0:0:0:0:0:0:0:1]:9091', 'http://[::1]:9091'],
];
test.each(direct)('no_proxy=%s exempts %s', (list, url) => {
  const env = { http_proxy: 'http://p:1', https_proxy: 'http://p:1' };
  expect(environmentProxy({ ...env, no_proxy: list }, url)).toBeNull();
  expect(environmentProxy({ ...env, NO_PROXY: list }, url)).toBeNull();
});

test.each([
  ['example.com', http],
  ['ample.org', http],
  ['other.push.example.org', http],
  ['push.example.org:9092', http],
  ['push.example.org:80', https],
  ['2.3', 'http://10.1.2.3:9091'],
  ['::2', 'http://[::1]:9091'],
  ['10.0.0.0/8', 'http://11.1.2.3:9091'],
  ['10.0.0.0/99', 'http://10.1.2.3:9091'],
  ['10.0.0.0/', 'http://10.1.2.3:9091'],
  ['/8', 'http://10.1.2.3:9091'],
  ['fd00::/8', 'http://10.1.2.3:9091'],
  [',  ,', http],
  ['.', http],
])('no_proxy=%s does not exempt %s', (list, url) => {
  const env = { http_proxy: 'http://p:1', https_proxy: 'http://p:1', no_proxy: list };
  expect(environmentProxy(env, url)).not.toBeNull();
});
