import { accessSync, constants, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { accountNames } from '../../files/accounts.ts';

/** What keeps this account from a ledger, behind its name, and who can give it. */
export interface Lacking {
  readonly problem: string;
  readonly hint: string;
}

const { R_OK, W_OK, X_OK } = constants;

/** The first right that is missing on the way to a ledger: to reach, read or write it. Null where none is seen to be. */
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

/** What has to be written: the file, what SQLite keeps beside it, and the folder that these are made in. */
function unwritable(path: string): Lacking | null {
  for (const what of [path, dirname(path), `${path}-wal`, `${path}-shm`]) {
    const refused = refusal(what, W_OK);
    if (refused !== null && refused !== 'ENOENT') return told({ path, what, verb: 'written', refused });
  }
  return null;
}

/** There is none yet: the nearest folder that exists has to take it. */
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

/** The system's code where it refuses; null where it does not. */
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
      hint: 'mount it writable, or name a file elsewhere with --ledger',
    };
  if (refused === 'ENOTDIR')
    return {
      problem: `cannot be ${verb}: ${what} is no folder`,
      hint: 'name a file in a folder with --ledger',
    };
  if (refused !== 'EACCES' && refused !== 'EPERM') return null;
  const found = statOrNull(what);
  if (found === null) return null;
  const mode = (found.mode & 0o7777).toString(8).padStart(4, '0');
  const subject = what === path ? 'it' : found.isDirectory() ? `the folder ${what}` : what;
  const { name, asWho } = accountNames(found.uid);
  return {
    problem: `cannot be ${verb} by this account: ${subject} belongs to ${name}, mode ${mode}`,
    hint: `\`${asWho} deploytrack …\` acts as that account; it or root shares the ledger with \`deploytrack init --ledger ${path} --group <group>\``,
  };
}

function statOrNull(path: string): Stats | null {
  try {
    return statSync(path);
  } catch {
    return null;
  }
}
