import type { SpawnOptions } from 'node:child_process';
import { isFolder } from './failure.ts';

/** The arguments for `spawn`. */
export interface SpawnCall {
  readonly command: string;
  readonly args: readonly string[];
  readonly options: SpawnOptions;
}

/**
 * The call that starts a command on Windows: `.cmd` and `.bat` run in cmd.exe with its quoting, which Node refuses to
 * do. The quoting is that of cross-spawn; `_parse` is the part before its spawn, and decides by the real platform. It would hand
 * anything else to cmd.exe too, which runs its own commands, or opens a script in an editor: that throws as `spawn` does elsewhere.
 */
export function windowsSpawnCall(call: SpawnCall): SpawnCall {
  const { _parse } = require('cross-spawn') as {
    _parse(c: string, a: readonly string[], o: SpawnOptions): SpawnCall & { readonly file?: string | null };
  };
  const { command, args, options, file } = _parse(call.command, call.args, call.options);
  if (!file) throw problem(isFolder(call.command) ? 'EACCES' : 'ENOENT');
  const runsInShell = options.windowsVerbatimArguments === true;
  if (runsInShell && !/\.(?:cmd|bat)$/i.test(file)) throw problem('ENOEXEC');
  return { command, args, options };
}

function problem(code: string): Error {
  return Object.assign(new Error(code), { code });
}

/** As PowerShell and `finish --on-exit` have it: Node gives the 32 bits of an exit code without a sign. */
export function signedCode(exitCode: number | null): number | null {
  return exitCode === null ? null : exitCode | 0;
}

/** Whether an exit code is what Ctrl-C and the end of a session leave: STATUS_CONTROL_C_EXIT. */
export function isEndFromOutside(exitCode: number | null): boolean {
  return exitCode === (0xc000013a | 0);
}

/** The call that ends a process and all below it; Windows has no SIGTERM that could come first. */
export function endTreeCall(pid: number, { SystemRoot = 'C:\\Windows' }: NodeJS.ProcessEnv): SpawnCall {
  return {
    command: `${SystemRoot}\\System32\\taskkill.exe`,
    args: ['/T', '/F', '/PID', String(pid)],
    options: { stdio: 'ignore', windowsHide: true },
  };
}
