import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import type { StartFailure } from './end.ts';

/** Describes an error of `spawn`: 127 if a shell would say "not found", otherwise 126. */
export function startFailure(command: string, error: NodeJS.ErrnoException): StartFailure {
  // Node calls an empty command an invalid argument; every shell calls it not found.
  if (command === '' || error.code === 'ENOENT')
    return { kind: 'not-found', message: whatIsMissing(command) };
  return { kind: 'not-executable', message: `${command}: ${whyNotExecutable(command, error)}` };
}

/**
 * Refuses a command whose arguments are not UTF-8: Node has replaced the bytes, so the child would get others. Reads
 * the bytes only if a replacement character shows. Null if all is well or the platform hides the bytes.
 */
export function utf8Failure(command: string, args: readonly string[]): StartFailure | null {
  if (![command, ...args].some((word) => word.includes('\uFFFD'))) return null;
  const words = ownArguments().slice(-1 - args.length);
  if (words.every((word) => isUtf8(word))) return null;
  return { kind: 'not-utf8', message: `${command}: not run; an argument is not valid UTF-8` };
}

function whatIsMissing(command: string): string {
  if (!command.includes('/')) return `${command === '' ? "''" : command}: command not found`;
  return stat(command) === null ? `${command}: no such file` : `${command}: its interpreter does not exist`;
}

function whyNotExecutable(command: string, error: NodeJS.ErrnoException): string {
  if (error.code === 'E2BIG') return 'the arguments and the environment together are too long';
  if (error.code === 'ENOEXEC') return 'is not a program';
  if (error.code !== 'EACCES') return `cannot be run (${error.code ?? error.message})`;
  return isFolder(command) ? 'is a folder' : 'permission denied';
}

export function isFolder(path: string): boolean {
  return stat(path)?.isDirectory() ?? false;
}

function stat(path: string) {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

/** The arguments of our own command line as bytes; empty if the platform does not show them. */
function ownArguments(): Buffer[] {
  try {
    const bytes = readFileSync('/proc/self/cmdline');
    const words: Buffer[] = [];
    for (let start = 0; start < bytes.length; ) {
      const end = bytes.indexOf(0, start);
      words.push(bytes.subarray(start, end === -1 ? bytes.length : end));
      start = end === -1 ? bytes.length : end + 1;
    }
    return words;
  } catch {
    return [];
  }
}
