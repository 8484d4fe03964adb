import type { SpawnOptions } from 'node:child_process';

/** The arguments for `spawn`. */
export interface SpawnCall {
  readonly command: string;
  readonly args: readonly string[];
  readonly options: SpawnOptions;
}

/**
 * The call that starts a command on Windows: `.cmd` and `.bat` run in cmd.exe with its quoting, which Node refuses to
 * do. The quoting is that of cross-spawn; `_parse` is the part before its spawn, and decides by the real platform.
 */
export function windowsSpawnCall(call: SpawnCall): SpawnCall {
  const { _parse } = require('cross-spawn') as {
    _parse(c: string, a: readonly string[], o: SpawnOptions): SpawnCall;
  };
  const { command, args, options } = _parse(call.command, call.args, call.options);
  return { command, args, options };
}
