import { lstatSync, readFileSync, readlinkSync } from 'node:fs';
import { join, resolve } from 'node:path';

interface Mount {
  readonly point: string;
  readonly type: string;
}

/** File systems served by a network or another process: reading there may block forever. */
const remote =
  /^(nfs\d?|cifs|smb\w*|fuse(\..*)?|fuseblk|9p|virtiofs|autofs|ceph|afs|coda|ncpfs|lustre|gpfs|beegfs\w*|gfs2?|ocfs2|glusterfs|orangefs|pvfs2|panfs|davfs\w*|vboxsf|vmhgfs|prl_fs)$/;
const mostLinks = 40;

/**
 * Whether a path is on such a file system (Linux; false if it cannot be determined). Determined without touching it:
 * each part is inspected only while the path so far is on this machine. The root counts as local: without it nothing
 * runs.
 */
export function isOnRemoteMount(path: string): boolean {
  return remoteMount(path) !== null;
}

/** The mount of such a file system that contains a path, as `isOnRemoteMount` determines it; null if there is none. */
export function remoteMount(path: string): Mount | null {
  const mounts = readMounts();
  if (!mounts.some(isRemote)) return null;
  let [at, rest] = ['/', parts(resolve(path))];
  for (let links = 0; links < mostLinks; ) {
    const [name, ...further] = rest;
    if (name === undefined) return null;
    const next = join(at, name);
    const mount = mountOf(next, mounts);
    if (mount !== undefined && isRemote(mount)) return mount;
    const target = linkAt(next);
    if (target === null) return null;
    if (target === undefined) [at, rest] = [next, further];
    else [at, rest, links] = ['/', [...parts(resolve(at, target)), ...further], links + 1];
  }
  return null;
}

function isRemote({ type }: Mount): boolean {
  return remote.test(type);
}

function parts(path: string): string[] {
  return path.split('/').filter((part) => part !== '');
}

/** The target of a link; undefined if it is not a link, null if it does not exist. */
function linkAt(path: string): string | undefined | null {
  try {
    return lstatSync(path).isSymbolicLink() ? readlinkSync(path) : undefined;
  } catch {
    return null;
  }
}

/** The mount that contains a path; of two at the same place, the later one is on top. */
function mountOf(path: string, mounts: readonly Mount[]): Mount | undefined {
  const holds = ({ point }: Mount) => path === point || path.startsWith(`${point}/`);
  return mounts
    .filter(holds)
    .reduce<Mount | undefined>(
      (best, one) => (best !== undefined && best.point.length > one.point.length ? best : one),
      undefined,
    );
}

function readMounts(): Mount[] {
  try {
    return readFileSync('/proc/self/mountinfo', 'utf8')
      .split('\n')
      .flatMap((line) => {
        const [before = '', after = ''] = line.split(' - ');
        const point = before.split(' ')[4];
        if (point === undefined || point === '/') return [];
        const type = after.split(' ')[0] ?? '';
        return [{ point: unescaped(point), type }];
      });
  } catch {
    return [];
  }
}

/** Spaces are written as `\040`. */
function unescaped(point: string): string {
  return point.replaceAll(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
