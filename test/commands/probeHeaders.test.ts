import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { probeHeaders } from '../../src/probe/verification/probeHeaders.ts';
import { testHost } from './testSession.ts';

test('a header option takes precedence over the environment, whatever the case of its name', async () => {
  const { session } = testHost({
    env: { DEPLOYTRACK_HEALTH_HEADERS: 'X-Key: old\nAccept: text/plain' },
  }).command('health');
  expect(await probeHeaders(session, ['x-key: new'])).toEqual({ 'x-key': 'new', accept: 'text/plain' });
  expect(session.warnings).toEqual([]);
});

test('header values and header lines are read from files relative to the working folder', async () => {
  const host = testHost({ env: { DEPLOYTRACK_HEALTH_HEADERS_FILE: 'headers' } });
  writeFileSync(join(host.folder, 'headers'), 'X-Key: @token\r\n\r\n');
  writeFileSync(join(host.folder, 'token'), 'secret\n');
  const { session } = host.command('health');
  expect(await probeHeaders(session, ['Authorization: @token'])).toEqual({
    'x-key': 'secret',
    authorization: 'secret',
  });
});

test('an invalid header line of the environment gives a warning without its value, and the others are sent', async () => {
  const { session } = testHost({
    env: { DEPLOYTRACK_HEALTH_HEADERS: 'hunter2\nX-A: 1\nX-B: hunter2€\nX-C: @/nowhere/hunter' },
  }).command('health');
  expect(await probeHeaders(session, [])).toEqual({ 'x-a': '1' });
  expect(session.warnings).toHaveLength(3);
  expect(JSON.stringify(session.warnings)).not.toContain('hunter2');
});

test('a header file of the environment that cannot be read gives a warning', async () => {
  const { session } = testHost({ env: { DEPLOYTRACK_HEALTH_HEADERS_FILE: 'none' } }).command('health');
  expect(await probeHeaders(session, [])).toEqual({});
  expect(session.warnings).toMatchObject([
    { message: expect.stringMatching(/none cannot be read \(ENOENT\)/) },
  ]);
});
