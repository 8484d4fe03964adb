import { accessSync, constants, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { accountNames } from '../../files/accounts.ts';

/** Why this account cannot access a ledger, as it follows the ledger's name, and who can give access. */
export interface Lacking {
  readonly problem: string;
  readonly hint: string;
}

const { R_OK, W_OK, X_OK } = constants;

/** The first permission missing on the path to a ledger: to reach, read or write it. Null if none is missing. */
export function lackingRight(path: string): Lacking | null {
  const folders = foldersTo(path);
  for (const folder of folders) {
    const refused = refusal(folder, X_OK);
    if (refused === 'ENOENT') return unmakeable(folders, path);
    if (refused !== null) return told({ path, what: folder, verb: 'reached', refused });
  }
  const unread = refusal(path, R_OK);
  if (unread === 'ENOENT') return unmakeable(folders, path);
  if (unread !== null) return told({ path, what: path, verb: 'read', refused: unread });
  return unwritable(path);
}

/** Everything that has to be written: the file, the files that SQLite creates next to it, and their folder. */
function unwritable(path: string): Lacking | null {
  for (const what of [path, dirname(path), `${path}-wal`, `${path}-shm`]) {
    const refused = refusal(what, W_OK);
    if (refused !== null && refused !== 'ENOENT') return told({ path, what, verb: 'written', refused });
  }
  return null;
}

/** There is none yet: it must be possible to create it in the nearest existing folder. */
function unmakeable(folders: readonly string[], path: string): Lacking | null {
  const nearest = folders.findLast((folder) => refusal(folder, constants.F_OK) === null);
  if (nearest === undefined) return null;
  const refused = refusal(nearest, W_OK | X_OK);
  return refused === null ? null : told({ path, what: nearest, verb: 'made', refused });
}

/** From the root down to the folder of the file. */
function foldersTo(path: string): string[] {
  const above = dirname(path);
  return above === path ? [] : [...foldersTo(above), above];
}

/** The system's error code if it refuses; null if it does not. */
function refusal(path: string, right: number): string | null {
  try {
    accessSync(path, right);
    return null;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? 'EACCES';
  }
}

function told({
  path,
  what,
  verb,
  refused,
}: {
  path: string;
  what: string;
  verb: string;
  refused: string;
}): Lacking | null {
  if (refused === 'EROFS')
    return {
      problem: `cannot be ${verb}: ${what} lies on a file system that is mounted read-only`,
      hint: 'mount it writable, or set a file elsewhere with --ledger',
    };
  const found = statOrNull(what);
  // A file on the way to the ledger is refused like a folder that may not be entered.
  if (refused === 'ENOTDIR' || (verb === 'reached' && found?.isFile() === true))
    return {
      problem: `cannot be ${verb}: ${what} is not a folder`,
      hint: 'set a file in a folder with --ledger',
    };
  if (refused !== 'EACCES' && refused !== 'EPERM') return null;
  if (found === null) return null;
  const mode = (found.mode & 0o7777).toString(8).padStart(4, '0');
  const subject = what === path ? 'it' : found.isDirectory() ? `the folder ${what}` : what;
  const { name, asWho } = accountNames(found.uid);
  return {
    problem: `cannot be ${verb} by this account: ${subject} belongs to ${name}, mode ${mode}`,
    hint: `run \`${asWho} deploytrack …\`, or share the ledger as that account or root with \`deploytrack init --ledger ${path} --group <group>\``,
  };
}

function statOrNull(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}
