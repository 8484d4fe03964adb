import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { querySystem } from '../../src/network/systemResolver.ts';
import { eventually } from '../support/eventually.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'deploytrack-test-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const never = new AbortController().signal;
const program = { node: process.execPath, script: '' };
const ask = (hostname: string, { path = folder, signal = never } = {}) =>
  querySystem({ platform: 'linux', env: { PATH: path }, program }, { hostname, signal });

function getent(script: string): void {
  const file = join(folder, 'getent');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
}

test('the system look-up returns every address of a name', async () => {
  getent(
    'test "$*" = "ahosts -- printer.local" && printf "10.0.0.7 STREAM x\\n10.0.0.7 DGRAM\\n::7 STREAM\\n"',
  );
  expect(await ask('printer.local')).toEqual(['10.0.0.7', '::7']);
});

test('the system look-up of an unknown name returns no address', async () => {
  getent('exit 2');
  expect(await ask('nobody')).toEqual([]);
});

test('without a look-up program, Node looks up the name in a separate process', async () => {
  // This form is not in any hosts file, but only the system reads it as an address.
  expect(await ask('127.1')).toEqual(['127.0.0.1']);
});

test('a system look-up that hangs is abandoned immediately, and its process ends', async () => {
  const started = join(folder, 'pid');
  getent(`echo $$ > ${started}.new; /bin/mv ${started}.new ${started}; exec /bin/sleep 600`);
  const ending = new AbortController();
  const asked = ask('silent.example', { signal: ending.signal });
  const pid = Number(await eventually(() => readFileSync(started, 'utf8')));
  ending.abort();
  expect(await asked).toEqual([]);
  await eventually(() => {
    try {
      process.kill(pid, 0);
      return undefined;
    } catch {
      return true;
    }
  });
});
