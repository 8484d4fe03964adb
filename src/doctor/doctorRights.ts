import { lstatSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import type { Context } from '../context.ts';
import { findOwn, isOpenToOthers } from '../files/findOwn.ts';
import { journalPath } from '../ledger/journal/unread.ts';
import type { Finding } from './doctorFinding.ts';

/**
 * Which accounts other than this one and root can change the ledger, through its folder, its file or its journal. A
 * group set up by `init --group` is fine, and named. Returns nothing if there is no ledger, and on Windows. Never
 * throws.
 */
export function rightsFindings(context: Context, ledgerPath: string): Finding[] {
  if (context.uid === undefined) return [];
  const path = placeOf(context, ledgerPath);
  const folder = look(dirname(path));
  if (look(path) === null || folder === null) return [];
  const isGroups = (folder.mode & 0o2020) === 0o2020;
  const wrong = [
    folderFinding(context, { path: dirname(path), folder, isGroups }),
    ...[path, journalPath(ledgerPath)].map((file) => fileFinding(context, { path: file, isGroups })),
  ].filter((finding) => finding !== null);
  return isGroups && wrong.length === 0
    ? [
        {
          good: true,
          message: `the accounts of group ${folder.gid} share the ledger; each can change the records of the others`,
        },
      ]
    : wrong;
}

function folderFinding(
  context: Context,
  { path, folder, isGroups }: { path: string; folder: Stats; isGroups: boolean },
): Finding | null {
  const isSharer = isGroups && context.uid !== 0;
  if (isForeign(context, folder) && !isSharer) return foreign(path, folder);
  if (!isOpenToOthers(folder, folder.uid) || (isGroups && (folder.mode & 0o002) === 0)) return null;
  return wrong(
    `other accounts can write to the ledger's folder ${path} and replace the ledger`,
    `run chmod go-w ${path}, or \`deploytrack init --group <name>\` to share it with a group`,
  );
}

function fileFinding(
  context: Context,
  { path, isGroups }: { path: string; isGroups: boolean },
): Finding | null {
  const file = look(path);
  if (file === null) return null;
  if (!file.isFile()) return wrong(`${path} is not a regular file`, `check it, then remove it`);
  if (file.nlink > 1)
    return wrong(`${path} has a second name (a hard link)`, `find it with: find / -samefile ${path}`);
  if (isForeign(context, file) && !isGroups) return foreign(path, file);
  if ((file.mode & (isGroups ? 0o002 : 0o022)) === 0) return null;
  return wrong(`other accounts can write to ${path}`, `run chmod ${isGroups ? 'o-w' : 'go-w'} ${path}`);
}

/** Under sudo the calling account is trusted. */
function isForeign({ uid, env }: Context, { uid: owner }: Stats): boolean {
  return owner !== uid && owner !== 0 && !(uid === 0 && env.SUDO_UID === String(owner));
}

function foreign(path: string, { uid }: Stats): Finding {
  return wrong(
    `${path} belongs to another account (${uid})`,
    `chown it to the account that deploys, or set a ledger of your own with --ledger`,
  );
}

function wrong(message: string, mend: string): Finding {
  return { good: false, message, mend };
}

/** A link that is not followed is reported by the error of the ledger itself. */
function placeOf({ uid }: Context, path: string): string {
  try {
    return findOwn(path, uid)?.path ?? path;
  } catch {
    return path;
  }
}

function look(path: string): Stats | null {
  try {
    return lstatSync(path, { throwIfNoEntry: false }) ?? null;
  } catch {
    return null;
  }
}
