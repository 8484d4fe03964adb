import type { Stats } from 'node:fs';

/**
 * Whether an account beside us and root may put names into a folder, or take them away: what stands there is then not
 * ours for being there. `own` is our account; undefined on Windows, where these rights say nothing.
 */
export function isOpenToOthers({ uid, mode }: Pick<Stats, 'uid' | 'mode'>, own: number | undefined): boolean {
  if (own === undefined) return false;
  return (mode & 0o022) !== 0 || (uid !== own && uid !== 0);
}
