import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { endTree } from '../../src/child/deadline.ts';
import { endTreeCall, isEndFromOutside, type SpawnCall, signedCode } from '../../src/child/windows.ts';
import { fakeContext } from '../support/context.ts';
import { bundledFixture } from './bundle.ts';

const program = bundledFixture('windowsCall');

/** The call for a command on Windows, with one folder in PATH that holds `tool.CMD` and `tool2.EXE`. */
function callFor(...words: string[]): SpawnCall {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-test-'));
  for (const name of ['tool.CMD', 'batch.BAT', 'tool2.EXE', 'migrate.PS1'])
    writeFileSync(join(folder, name), '', { mode: 0o755 });
  const env = { PATH: folder, PATHEXT: '.EXE;.CMD;.BAT;.PS1', comspec: 'C:\\Windows\\cmd.exe' };
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

test('cmd.exe gets only batch files: neither its own commands nor a script of PowerShell', () => {
  const failed = (...words: string[]) => expect(() => callFor(...words));
  failed('dir').toThrow('ENOENT');
  failed('nosuchcommand', 'x').toThrow('ENOENT');
  failed(tmpdir()).toThrow('EACCES');
  failed('migrate').toThrow('ENOEXEC');
});

test('exit codes of Windows have the sign that PowerShell shows, and Ctrl-C is an end from outside', () => {
  expect([0, 3, 4_294_967_295, 3_221_225_786, null].map(signedCode)).toEqual([
    0,
    3,
    -1,
    -1_073_741_510,
    null,
  ]);
  expect([0, 1, -1_073_741_510, null].map(isEndFromOutside)).toEqual([false, false, true, false]);
});

test('a process of Windows ends with all below it, by the program in the folder of Windows', () => {
  const { command, args } = endTreeCall(12, { SystemRoot: 'D:\\Windows' });
  expect([command, ...args]).toEqual(['D:\\Windows\\System32\\taskkill.exe', '/T', '/F', '/PID', '12']);
  expect(endTreeCall(12, {}).command).toBe('C:\\Windows\\System32\\taskkill.exe');
});

test('on Windows the end of a process is that of its tree: taskkill gets its PID, or it ends alone', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'deploytrack-test-'));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const systemRoot = join(folder, 'Windows');
  const context = fakeContext({ platform: 'win32', env: { SystemRoot: systemRoot } });
  const end = async () => {
    const child = spawn('sleep', ['60'], { stdio: 'ignore' });
    endTree(context, child, 'SIGKILL');
    const [, signal] = (await once(child, 'exit')) as [number | null, NodeJS.Signals | null];
    return { pid: child.pid, signal };
  };
  // No such program.
  expect((await end()).signal).toBe('SIGTERM');
  const script = `#!/bin/sh\necho "$@" >'${folder}/said'\nkill -9 "$4"\n`;
  writeFileSync(`${systemRoot}\\System32\\taskkill.exe`, script, { mode: 0o755 });
  const { pid, signal } = await end();
  expect(signal).toBe('SIGKILL');
  expect(readFileSync(join(folder, 'said'), 'utf8')).toBe(`/T /F /PID ${pid}\n`);
});
