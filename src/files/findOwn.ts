import { lstatSync, readlinkSync, realpathSync, type Stats } from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { OddFile } from './openOwn.ts';

/** What stands at the end of a path. */
export interface FoundFile {
  /** Where it stands itself, links followed. */
  readonly path: string;
  /** Null where links lead to nothing. */
  readonly stat: Stats | null;
}

/** As many as Linux follows. */
const mostLinks = 40;

/**
 * What stands at a path that the user named: a link is followed where we or root laid it (`own`: our account; undefined
 * on Windows). Null where nothing stands there. Throws OddFile for a link of another account, or what the file system says.
 */
export function findOwn(path: string, own: number | undefined): FoundFile | null {
  let at = path;
  for (let links = 0; links <= mostLinks; links += 1) {
    const stat = lstatSync(at, { throwIfNoEntry: false });
    if (stat === undefined) return at === path ? null : { path: at, stat: null };
    if (!stat.isSymbolicLink()) return { path: at, stat };
    if (own !== undefined && stat.uid !== own && stat.uid !== 0) throw new OddFile('foreign-link');
    // What the link says counts from the folder that it really stands in.
    at = resolve(realpathSync.native(dirname(at)), readlinkSync(at));
    if (lstatSync(dirname(at), { throwIfNoEntry: false }) !== undefined)
      at = join(realpathSync.native(dirname(at)), basename(at));
  }
  throw new Error('too many links');
}

/**
 * Whether an account beside us and root may put names into a folder, or take them away: what stands there is then not
 * ours for being there. `own` is our account; undefined on Windows, where these rights say nothing.
 */
export function isOpenToOthers({ uid, mode }: Pick<Stats, 'uid' | 'mode'>, own: number | undefined): boolean {
  if (own === undefined) return false;
  return (mode & 0o022) !== 0 || (uid !== own && uid !== 0);
}
