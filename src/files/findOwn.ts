import { lstatSync, readlinkSync, realpathSync, type Stats } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { OddFile } from './openOwn.ts';

/** The result of resolving a path. */
export interface FoundFile {
  /** Its real path, links followed. */
  readonly path: string;
  /** Null if the links lead to nothing. */
  readonly stat: Stats | null;
}

/** The limit of Linux. */
const mostLinks = 40;

/**
 * Resolves a path that the user named: a link is followed if we or root created it (`own`: our account; undefined on
 * Windows). Null if there is nothing. Throws OddFile for a link of another account, or the error of the file system.
 */
export function findOwn(path: string, own: number | undefined): FoundFile | null {
  let at = path;
  for (let links = 0; links <= mostLinks; links += 1) {
    const stat = lstatSync(at, { throwIfNoEntry: false });
    if (stat === undefined) return at === path ? null : { path: at, stat: null };
    if (!stat.isSymbolicLink()) return { path: at, stat };
    if (own !== undefined && stat.uid !== own && stat.uid !== 0) throw new OddFile('foreign-link');
    // The target of a link is relative to the folder that really contains it.
    at = resolve(realpathSync.native(dirname(at)), readlinkSync(at));
    if (lstatSync(dirname(at), { throwIfNoEntry: false }) !== undefined)
      at = join(realpathSync.native(dirname(at)), basename(at));
  }
  throw new Error('too many links');
}

/**
 * Whether an account other than us and root can create or remove names in a folder: a file in it is then not ours just
 * because it is there. `own` is our account; undefined on Windows, where these permissions say nothing.
 */
export function isOpenToOthers({ uid, mode }: Pick<Stats, 'uid' | 'mode'>, own: number | undefined): boolean {
  if (own === undefined) return false;
  return (mode & 0o022) !== 0 || (uid !== own && uid !== 0);
}
