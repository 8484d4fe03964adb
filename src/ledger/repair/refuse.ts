import type { Stats } from 'node:fs';
import { effectiveUser } from '../../context.ts';
import { DeploytrackError } from '../../errors.ts';

/** Everything is done in the account that the ledger belongs to: another one can exchange files on the way. */
export function refuseForeign(path: string, { uid }: Stats): void {
  if (isOwn(uid)) return;
  throw new DeploytrackError({
    code: 'LEDGER_UNUSABLE',
    message: `cannot repair the ledger ${path}: it belongs to another account (UID ${uid}); it was left untouched`,
    hint: 'run `deploytrack doctor --repair` as that account',
  });
}

/** The folder of a ready repair decides what becomes the ledger: every account that can write next to it can put one there. */
export function refuseForeignFolder(folder: string, stat: Stats): void {
  const why = !stat.isDirectory()
    ? 'it is not a folder'
    : isOwn(stat.uid)
      ? null
      : `it belongs to another account (UID ${stat.uid})`;
  if (why === null) return;
  throw new DeploytrackError({
    code: 'LEDGER_UNUSABLE',
    message: `cannot finish the repair in ${folder}: ${why}`,
    hint: `run \`deploytrack doctor --repair\` as that account; if it began no repair, remove ${folder} with \`rm -r\``,
  });
}

export function isOwn(uid: number): boolean {
  const own = effectiveUser();
  return own === undefined || uid === own;
}
