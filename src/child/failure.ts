import { isUtf8 } from 'node:buffer';
import { readFileSync, statSync } from 'node:fs';
import type { StartFailure } from './end.ts';

/** Words for an error of `spawn`: 127 where a shell says "not found", 126 for everything else. */
export function startFailure(command: string, error: NodeJS.ErrnoException): StartFailure {
  // An empty command is an invalid argument for Node, and not found for every shell.
  if (command === '' || error.code === 'ENOENT')
    return { kind: 'not-found', message: whatIsMissing(command) };
  return { kind: 'not-executable', message: `${command}: ${whyNotExecutable(command, error)}` };
}

/**
 * The refusal of a command whose arguments are not UTF-8: Node has replaced the bytes, so the child would get others.
 * Looks at the bytes only where the replacement character shows; null when all is well or the platform hides them.
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
  if (error.code !== 'EACCES') return `cannot be run (${error.code ?? error.message})`;
  return stat(command)?.isDirectory() ? 'is a folder' : 'permission denied';
}

function stat(path: string) {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}

/** The words of our own command line, as bytes; none where the platform does not show them. */
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
