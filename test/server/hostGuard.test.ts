import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allowedHosts, guardHost } from '../../src/server/auth/hostGuard.ts';

const letIn = () => null;
const asked = (...hosts: string[]) => ({ hosts, headers: {}, isPage: false });
const onLoopback = guardHost(letIn, ['deploys.example.com']);
const statusOf = (...hosts: string[]) => onLoopback(asked(...hosts))?.status ?? 200;

describe('Host header of a request to a loopback address without authentication', () => {
  test.each([
    'localhost',
    'localhost:9102',
    'LocalHost:80',
    '127.0.0.1',
    '127.0.0.1:9102',
    '127.255.0.9:1',
    '[::1]',
    '[::1]:9102',
    '[0:0:0:0:0:0:0:1]:9102',
    'deploys.example.com',
    'DEPLOYS.example.com:443',
  ])('the Host header %s is accepted', (host) => {
    expect(statusOf(host)).toBe(200);
  });

  test.each([
    'rebind.example',
    'rebind.example:9102',
    'localhost.evil',
    'evil.localhost',
    'localhost.',
    'localhost:9102.evil',
    'localhost@evil',
    'evil/localhost',
    '127.0.0.1.evil',
    '127.0.0.1.',
    '127.0.0.256',
    '127.1',
    '0x7f.1',
    '0177.0.0.1',
    '127.0.0.01',
    '2130706433',
    '128.0.0.1',
    '10.0.0.1',
    '0.0.0.0',
    '[::]',
    '[::2]',
    '[::1].evil',
    '[::1',
    '::1',
    '',
    ' localhost',
    'localhost,evil',
    'xn--lcalhost-0qc.evil',
    'deploys.example.com.evil',
    'ⓛocalhost',
  ])('the Host header %j is rejected', (host) => {
    const answer = onLoopback(asked(host));
    expect([answer?.status, answer?.body]).toEqual([421, expect.stringContaining('--allowed-host')]);
  });

  test('the Host header may be missing, as in HTTP/1.0', () => {
    expect(statusOf()).toBe(200);
  });

  test('the Host header is found at any position, and two different ones are rejected', () => {
    expect(statusOf('localhost', 'evil')).toBe(400);
    expect(statusOf('localhost:1', 'localhost:1')).toBe(200);
  });

  test('a Host header with any other text is rejected', () => {
    fc.assert(
      fc.property(fc.oneof(fc.domain(), fc.string(), fc.ipV6(), fc.ipV4Extended()), (text) => {
        const own = /^(localhost|127(\.\d+){3})(:\d*)?$/i.test(text);
        fc.pre(!own && text !== 'deploys.example.com');
        expect(statusOf(text)).toBe(421);
      }),
    );
  });
});

test('any single Host header is accepted if authentication or another address protects the server', () => {
  expect(guardHost(letIn, null)(asked('rebind.example'))).toBeNull();
});

describe('Page of another site', () => {
  const fetched = { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'cors', 'sec-fetch-dest': 'empty' };
  const clicked = {
    'sec-fetch-site': 'cross-site',
    'sec-fetch-mode': 'navigate',
    'sec-fetch-dest': 'document',
  };
  const framed = { ...clicked, 'sec-fetch-dest': 'iframe' };

  test.each([
    ['may link to the web UI', { headers: clicked, isPage: true }, 200],
    ['may not show the web UI in a frame', { headers: framed, isPage: true }, 403],
    ['may not read the web UI', { headers: fetched, isPage: true }, 403],
    ['may not read other paths', { headers: fetched, isPage: false }, 403],
    ['may not link to other paths', { headers: clicked, isPage: false }, 403],
    [
      'is restricted, unlike one of the same site',
      { headers: { 'sec-fetch-site': 'same-origin' }, isPage: false },
      200,
    ],
  ])('a page of another site %s', (_, what, status) => {
    for (const guard of [guardHost(letIn, null), guardHost(letIn, [])])
      expect(guard({ hosts: ['localhost'], ...what })?.status ?? 200).toBe(status);
  });
});

test.each(['a:1', 'http://a', '', 'a b', '[::2]:1'])('--allowed-host %j is a usage error', (value) => {
  expect(() => allowedHosts([value])).toThrow(/--allowed-host/);
});

test('--allowed-host accepts several names, in any case', () => {
  expect(allowedHosts(['A.example,b.example', '[::2]'])).toEqual(['a.example', 'b.example', '[::2]']);
});
