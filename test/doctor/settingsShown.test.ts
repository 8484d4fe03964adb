import { expect, test } from 'vitest';
import { command as doctor } from '../../src/commands/doctor.ts';
import { testHost } from '../commands/testSession.ts';

const env = { DEPLOYTRACK_DEPLOYMENT: 'shop', NO_COLOR: '1' };

async function printed(
  isTerminal: boolean,
  options: Record<string, true> = {},
  more: Record<string, string> = {},
): Promise<string> {
  const host = testHost({ env: { ...env, ...more }, stdout: { isTerminal, columns: 80 }, livingPids: [] });
  await host.run(doctor, options);
  return host.context.stdout.text;
}

test('doctor on a terminal lists findings first, then only the settings that are set, and the number of others', async () => {
  const text = await printed(true);
  expect(text).toMatch(/^(ok|WRONG|past) /);
  expect(text).toMatch(/^deployment +shop +DEPLOYTRACK_DEPLOYMENT$/m);
  expect(text).toMatch(/^\d+ settings with the default; --all lists them$/m);
  expect(text).not.toMatch(/ default$/m);
});

test('doctor lists every setting with --all and in a pipe', async () => {
  const whole = await printed(false);
  expect(whole).toMatch(/^environment +production +default$/m);
  expect(whole).not.toContain('--all lists them');
  expect(await printed(true, { all: true })).toMatch(/^environment +production +default$/m);
});

test('doctor says that the URL of the store comes from a file', async () => {
  const of = (file: string) => printed(true, {}, { DEPLOYTRACK_STORE_URL_FILE: file });
  expect(await of('/run/secrets/store')).toMatch(/^store +\(set\) +DEPLOYTRACK_STORE_URL_FILE$/m);
  expect(await of('')).toMatch(/^store +\(empty\) +DEPLOYTRACK_STORE_URL_FILE$/m);
});
