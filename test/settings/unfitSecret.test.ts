import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { unfitSecret } from '../../src/settings/unfitSecret.ts';

const token = 'DEPLOYTRACK_SERVE_TOKEN';
const user = 'DEPLOYTRACK_SERVE_USERNAME';
const password = 'DEPLOYTRACK_SERVE_PASSWORD';
const gitlab = 'DEPLOYTRACK_WEBHOOK_GITLAB_TOKEN';
const hmac = 'DEPLOYTRACK_WEBHOOK_GITHUB_SECRET';

describe('Secrets that a header cannot carry', () => {
  test.each([
    [token, 'hunter two'],
    [token, 'hunter2\n'],
    [token, ' hunter2'],
    [token, 'hunter2\t'],
    [token, 'hunter\u00a02'],
    [token, 'hünter2'],
    [token, 'hunter\u0000'],
    [token, 'hunter2'.repeat(3000)],
    [user, 'hunter:2'],
    [user, 'hunter\u00072'],
    [user, 'hunter2'.repeat(3000)],
    [password, 'hunter2\n'],
    [password, 'hunter2'.repeat(2000)],
    [gitlab, ' hunter2'],
    [gitlab, 'hunter2\r'],
    [gitlab, 'hunter2'.repeat(3000)],
    [hmac, 'hunter\ufffd'],
  ])('%s=%j is rejected without showing the secret', (variable, value) => {
    const unfit = unfitSecret(variable, value);
    expect(unfit).toEqual({ wrong: expect.any(String), expected: expect.any(String) });
    expect(JSON.stringify(unfit)).not.toContain('hunter');
  });
});

describe('Valid secrets', () => {
  test.each([
    [token, 't0ken!"§'.replace('§', '~')],
    [token, 'x'.repeat(15_000)],
    [user, 'öps'],
    [password, 'pä:s s'],
    [gitlab, "it's a “secret”"],
    [hmac, ' any\nbytes\u0000 '],
    ['DEPLOYTRACK_GATEWAY_CA', 'a\nb'],
  ])('%s=%j is accepted', (variable, value) => {
    expect(unfitSecret(variable, value)).toBeNull();
  });
});

test('a token is accepted exactly if an `Authorization: Bearer` header returns it unchanged', () => {
  const arrives = (value: string) => {
    const sent = Buffer.from(`Bearer ${value}`, 'utf8').toString('latin1');
    if (/[\u0000-\u0008\u000a-\u001f\u007f]/.test(sent)) return false;
    return /^Bearer +(\S+)\s*$/.exec(sent.trim())?.[1] === value;
  };
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 8 }), (value) => {
      fc.pre(!value.includes('\ufffd'));
      expect(unfitSecret(token, value) === null).toBe(arrives(value));
    }),
  );
});
