import { expect, test } from 'vitest';
import { storeAddress } from '../../src/fleet/storeAddress.ts';

function refusal(url: string): string {
  try {
    storeAddress(url);
  } catch (error) {
    return `${(error as Error).message} ${(error as { hint?: string }).hint}`;
  }
  throw new Error(`taken: ${url}`);
}

test.each(['/', '?', '#', '@x/'])(
  'a password with %s is not shown as another part of the address',
  (sign) => {
    expect(refusal(`postgres://u:12${sign}secret@host:1/db`)).toMatch(/password or database.*%2F/);
    expect(refusal(`postgres://u:12${sign}secret@host:1/db`)).not.toContain('secret');
  },
);

test('a parameter that libpq knows and a store does not is named, without its value', () => {
  const said = refusal('postgres://u@host/db?password=secret');
  expect(said).toMatch(/unknown parameter: password /);
  expect(said).not.toContain('secret');
});

test.each([
  ['', null],
  ['?connect_timeout=5', 5000],
  ['?connect_timeout=0', null],
])('the parameters "%s" are a time limit of %j ms for connecting', (parameters, ms) =>
  expect(storeAddress(`postgres://u@host/db${parameters}`).connectMs).toBe(ms),
);

test.each(['soon', '-1', '1.5', ''])('connect_timeout=%s is not a number of seconds', (text) =>
  expect(refusal(`postgres://u@host/db?connect_timeout=${text}`)).toMatch(
    /^connect_timeout .* number of seconds/,
  ),
);

test('a name that only begins like an address of loopback is verified', () => {
  expect(storeAddress('postgres://u@127.db.example/db').tls).toBe('verify-full');
  expect(storeAddress('postgres://u@127.0.0.2/db').tls).toBe('disable');
  expect(storeAddress('postgres://u@LocalHost/db').tls).toBe('disable');
});
