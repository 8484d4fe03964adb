import { lstatSync, readlinkSync, realpathSync, type Stats, statSync } from 'node:fs';
import { dirname } from 'node:path';

/** The target of a path of the user, links followed. */
export interface OutTarget {
  readonly path: string;
  /** Null if nothing exists there yet. */
  readonly stat: Stats | null;
  /** The stream of this process that it names: `/dev/stdout`, `/dev/fd/3`. */
  readonly descriptor: number | null;
}

const mostLinks = 40;
const stickyForAll = 0o1002;

/**
 * Follows the links of a path that is to be written. Throws an Error whose message completes "<file> cannot be written:
 * …", also for a link that another account created in a folder that everyone can write to: it may be a trap.
 */
export function outTarget(named: string, uid: number | undefined): OutTarget {
  let path = named;
  for (let links = 0; links < mostLinks; links += 1) {
    const descriptor = descriptorOf(path);
    if (descriptor !== null) return { path, stat: null, descriptor };
    // The kernel's own links may lead to things without a path.
    if (path.startsWith('/proc/')) return { path, stat: statSync(path), descriptor: null };
    const stat = lstatSync(path, { throwIfNoEntry: false }) ?? null;
    if (stat?.isSymbolicLink() !== true) return { path, stat, descriptor: null };
    const folder = realpathSync(dirname(path));
    if (isForeign(stat, { folder, uid })) throw new Error('it is a link of another account');
    const said = readlinkSync(path);
    path = /^([/\\]|[A-Za-z]:)/.test(said) ? said : `${folder}/${said}`;
  }
  throw new Error('its links form a loop');
}

function descriptorOf(path: string): number | null {
  if (path === '/dev/stdout') return 1;
  if (path === '/dev/stderr') return 2;
  const number = /^\/(?:dev|proc\/self)\/fd\/(\d+)$/.exec(path)?.[1];
  return number === undefined ? null : Number(number);
}

/** Like the kernel with `fs.protected_symlinks`. */
function isForeign(link: Stats, { folder, uid }: { folder: string; uid: number | undefined }): boolean {
  if (uid === undefined || link.uid === uid) return false;
  const { mode, uid: owner } = statSync(folder);
  return (mode & stickyForAll) === stickyForAll && link.uid !== owner;
}
