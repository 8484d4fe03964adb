import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SpawnCall } from '../../src/child/windows.ts';
import { bundledFixture } from './bundle.ts';

const program = bundledFixture('windowsCall');

/** The call for a command on Windows, with one folder in PATH that holds `tool.CMD` and `tool2.EXE`. */
function callFor(...words: string[]): SpawnCall {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-test-'));
  for (const name of ['tool.CMD', 'batch.BAT', 'tool2.EXE'])
    writeFileSync(join(folder, name), '', { mode: 0o755 });
  const env = { PATH: folder, PATHEXT: '.EXE;.CMD;.BAT', comspec: 'C:\\Windows\\cmd.exe' };
  return JSON.parse(
    execFileSync(process.execPath, [program, ...words], { env, encoding: 'utf8' }),
  ) as SpawnCall;
}

test('a .cmd file found in PATH runs in cmd.exe with every argument quoted', () => {
  const call = callFor('tool', 'a b', 'say "hi"', '100%', 'x&y');
  expect(call.command).toBe('C:\\Windows\\cmd.exe');
  expect(call.args.slice(0, 3)).toEqual(['/d', '/s', '/c']);
  expect(call.args[3]).toBe(String.raw`"tool ^"a^ b^" ^"say^ \^"hi\^"^" ^"100^%^" ^"x^&y^""`);
  expect(call.options.windowsVerbatimArguments).toBe(true);
});

test('a .bat file runs in cmd.exe with every argument quoted', () => {
  expect(callFor('batch').args).toEqual(['/d', '/s', '/c', '"batch"']);
});

test('an .exe file is called directly with its arguments unchanged', () => {
  const call = callFor('tool2', 'a b', '"');
  expect([call.command, call.args]).toEqual(['tool2', ['a b', '"']]);
  expect(call.options).not.toHaveProperty('windowsVerbatimArguments');
});
