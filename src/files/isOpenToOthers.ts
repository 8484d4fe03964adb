import type { Stats } from 'node:fs';

/**
 * Whether an account other than us and root can create or remove names in a folder: a file in it is then not ours just
 * because it is there. `own` is our account; undefined on Windows, where these permissions say nothing.
 */
export function isOpenToOthers({ uid, mode }: Pick<Stats, 'uid' | 'mode'>, own: number | undefined): boolean {
  if (own === undefined) return false;
  return (mode & 0o022) !== 0 || (uid !== own && uid !== 0);
}
