import { platform as runningOn } from 'node:os';

/** A text as one argument in a POSIX shell; quoted only if needed. */
export function shellArgument(text: string): string {
  return /^[\w./:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A path as one argument in the shell of this platform's users: cmd.exe and PowerShell support double quotes. */
export function typedPath(path: string, platform = runningOn()): string {
  if (platform !== 'win32') return shellArgument(path);
  return /^[\w.:\\/-]+$/.test(path) ? path : `"${path}"`;
}
