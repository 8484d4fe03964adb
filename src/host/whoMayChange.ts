import { lstatSync, readFileSync, readlinkSync, type Stats } from 'node:fs';
import { dirname, resolve } from 'node:path';

const mostLinks = 40;

/**
 * Why another account could replace this program: its file, each folder on the path, and those of every link must
 * belong to this account or root, and not be writable for others. Null if no other account can.
 */
export function whoMayChange(path: string, uid: number): string | null {
  const waiting = [resolve(path)];
  for (let looked = 0; looked < mostLinks; looked += 1) {
    const next = waiting.pop();
    if (next === undefined) return null;
    const found = firstFault(next, uid);
    if (found === null) continue;
    if ('fault' in found) return found.fault;
    waiting.push(found.leadsTo);
  }
  return `${path} leads through too many links`;
}

/** The first thing on the path from the root that another account can change, or the target of a link on it. */
function firstFault(path: string, uid: number): { fault: string } | { leadsTo: string } | null {
  const parts = path.split('/').filter((part) => part !== '');
  let here = '/';
  for (let index = 0; index <= parts.length; index += 1) {
    const stat = lstatSync(here, { throwIfNoEntry: false });
    if (stat === undefined) return { fault: `${here} does not exist` };
    if (stat.isSymbolicLink()) {
      if (!isTrusted(stat.uid, uid)) return { fault: `${here} belongs to another account` };
      const rest = parts.slice(index).join('/');
      return { leadsTo: resolve(dirname(here), readlinkSync(here), rest) };
    }
    const fault = faultOf(stat, { uid, isFolderOnTheWay: index < parts.length });
    if (fault !== null) return { fault: `${here} ${fault}` };
    here = resolve(here, parts[index] ?? '');
  }
  return null;
}

function faultOf(
  { uid: owner, gid, mode }: Stats,
  { uid, isFolderOnTheWay }: { uid: number; isFolderOnTheWay: boolean },
): string | null {
  if (!isTrusted(owner, uid)) return 'belongs to another account';
  // In a folder like /tmp an account cannot replace files of others; the entry itself is checked next.
  if (isFolderOnTheWay && (mode & 0o1000) !== 0) return null;
  if ((mode & 0o002) !== 0) return 'can be written by every account';
  return (mode & 0o020) !== 0 && !isPrivateGroup({ gid, owner }) ? 'can be written by a group' : null;
}

function isTrusted(owner: number, uid: number): boolean {
  return owner === uid || owner === 0;
}

/**
 * A group of one account only, as many systems create for each account: its number is the account's, and it has no
 * members.
 */
function isPrivateGroup({ gid, owner }: { gid: number; owner: number }): boolean {
  if (gid !== owner) return false;
  try {
    const line = readFileSync('/etc/group', 'utf8')
      .split('\n')
      .find((one) => one.split(':')[2] === String(gid));
    return (line?.split(':')[3] ?? 'unknown') === '';
  } catch {
    return false;
  }
}
