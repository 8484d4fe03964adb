import { platform as runningOn } from 'node:os';

/** A text as one word of a POSIX shell; one that needs no quotes has none. */
export function shellArgument(text: string): string {
  return /^[\w./:@+-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}

/** A path as one word of the shell that a user of this platform types into: cmd.exe and PowerShell know double quotes. */
export function typedPath(path: string, platform = runningOn()): string {
  if (platform !== 'win32') return shellArgument(path);
  return /^[\w.:\\/-]+$/.test(path) ? path : `"${path}"`;
}
