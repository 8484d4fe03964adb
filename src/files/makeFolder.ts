import {
  chmodSync,
  closeSync,
  constants,
  existsSync,
  fchmodSync,
  fstatSync,
  mkdirSync,
  openSync,
} from 'node:fs';
import { dirname } from 'node:path';
import { runsOnWindows } from '../context.ts';
import type { Warning } from '../errors.ts';
import { closeFolder } from './closeFolder.ts';
import { syncFolder } from './syncFolder.ts';

interface FolderOptions {
  readonly mode?: number;
  readonly isLedgers?: boolean;
  readonly warn?: ((warning: Warning) => void) | undefined;
}

/**
 * Creates a folder and its parents, so that they survive a power cut; with a `mode` they get it whatever the umask is,
 * and if they are for a ledger, on Windows the rights of `closeFolder`; `warn` is told if that failed.
 * Not `mkdirSync(…, { recursive: true })`: that loops forever if an existing folder rejects children as if it did not
 * exist, as /proc does.
 */
export function makeFolder(path: string, options: FolderOptions = {}): void {
  if (existsSync(path)) return;
  const above = dirname(path);
  const isBelowOurs = !existsSync(above);
  if (above !== path) makeFolder(above, options);
  try {
    mkdirSync(path, options.mode === undefined ? {} : { mode: options.mode });
  } catch (error) {
    // Created by another process meanwhile.
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return;
  }
  if (options.mode !== undefined && !runsOnWindows()) giveMode(path, options.mode);
  // What is made in a folder of ours inherits its rights.
  if (options.isLedgers === true && runsOnWindows() && !isBelowOurs) close(path, options);
  syncFolder(above);
}

function close(path: string, { warn }: FolderOptions): void {
  const problem = closeFolder(path);
  if (problem === null) return;
  const message = `the ledger's folder ${path} was not closed to other accounts: ${problem}`;
  warn?.({
    code: 'RIGHTS',
    message,
    hint: 'run `deploytrack doctor`, which prints the command that closes it',
  });
}

/** On the folder itself, never on what may have replaced it; a file system without permissions is not an error. */
function giveMode(path: string, mode: number): void {
  const { O_RDONLY, O_DIRECTORY, O_NOFOLLOW } = constants;
  try {
    const folder = openSync(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW);
    try {
      if ((fstatSync(folder).mode & 0o777) !== mode) fchmodSync(folder, mode);
    } finally {
      closeSync(folder);
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EACCES') giveModeUnread(path, mode);
  }
}

/** Opens without read permission, which a umask can remove: O_PATH of Linux, which Node does not name. */
const openNothing = 0o10000000;

function giveModeUnread(path: string, mode: number): void {
  const { O_DIRECTORY, O_NOFOLLOW } = constants;
  try {
    const folder = openSync(path, openNothing | O_DIRECTORY | O_NOFOLLOW);
    try {
      chmodSync(`/proc/self/fd/${folder}`, mode);
    } finally {
      closeSync(folder);
    }
  } catch {
    // Elsewhere the umask applies.
  }
}
