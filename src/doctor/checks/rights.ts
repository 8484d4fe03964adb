import { lstatSync, type Stats } from 'node:fs';
import { dirname } from 'node:path';
import type { Context } from '../../context.ts';
import { ownAccount } from '../../files/closeFolder.ts';
import { findOwn, isOpenToOthers } from '../../files/findOwn.ts';
import { folderAcl } from '../../files/folderAcl.ts';
import { helperEnvironment } from '../../host/helperEnvironment.ts';
import { journalPath } from '../../ledger/journal/unread.ts';
import { typedPath } from '../../text/shellArgument.ts';
import type { Check } from '../check.ts';
import { type Finding, ok, wrong } from '../finding.ts';
import { folderOnWindows } from './folderOnWindows.ts';

/**
 * Which accounts other than this one and root can change the ledger, through its folder, its files or its journal. A
 * group set up by `init --group` is fine, and named. Finds nothing if there is no ledger. On Windows only its folder, which
 * decides for what is in it.
 */
export const rights: Check = {
  name: 'rights',
  title: 'owners, permissions and links of the ledger, its folder and its journal',
  find: ({ session: { context, store } }) => {
    const { ledgerPath } = store.options;
    if (context.platform === 'win32') return onWindows(context, dirname(ledgerPath));
    if (context.uid === undefined) return [];
    const path = placeOf(context, ledgerPath);
    const folder = look(dirname(path));
    if (look(path) === null || folder === null) return [];
    const isGroups = (folder.mode & 0o2020) === 0o2020;
    const logs = [`${path}-wal`, `${path}-shm`].filter((log) => look(log) !== null);
    const own = fileFinding(context, { path, isGroups, besides: logs });
    const found = [
      folderFinding(context, { path: dirname(path), folder, isGroups }),
      own,
      // Its logs get the rights of the ledger: both are fixed together.
      ...(own === null ? [...logs, journalPath(ledgerPath)] : [journalPath(ledgerPath)]).map((file) =>
        fileFinding(context, { path: file, isGroups }),
      ),
    ].filter((finding) => finding !== null);
    if (!isGroups || found.length > 0) return found;
    const { gid } = folder;
    return [ok(`the accounts of group ${gid} share the ledger; each can change the records of the others`)];
  },
};

function onWindows({ env }: Context, path: string): readonly Finding[] {
  if (look(path) === null) return [];
  return folderOnWindows(path, { acl: folderAcl(path, helperEnvironment(env)), account: ownAccount() });
}

function folderFinding(
  context: Context,
  { path, folder, isGroups }: { path: string; folder: Stats; isGroups: boolean },
): Finding | null {
  const isSharer = isGroups && context.uid !== 0;
  if (isForeign(context, folder) && !isSharer)
    return foreign(context, { path, owner: folder.uid, typed: typedPath(path) });
  if (!isOpenToOthers(folder, folder.uid) || (isGroups && (folder.mode & 0o002) === 0)) return null;
  return wrong({
    message: `other accounts can write to the ledger's folder ${path} and replace the ledger`,
    meaning: theyDecide,
    fix: `run \`chmod go-w ${typedPath(path)}\`, or \`deploytrack init --group <name>\` to share it with a group`,
  });
}

const theyDecide =
  'they can change, remove or invent deployments, and lead the writes of this account elsewhere';

function fileFinding(
  context: Context,
  { path, isGroups, besides = [] }: { path: string; isGroups: boolean; besides?: readonly string[] },
): Finding | null {
  const file = look(path);
  const typed = typedPath(path);
  const all = [path, ...besides].map((one) => typedPath(one)).join(' ');
  if (file === null) return null;
  if (!file.isFile())
    return wrong({
      message: `${path} is not a regular file`,
      meaning: 'deploytrack does not open it',
      fix: `check what it is, then run \`rm ${typed}\``,
    });
  if (file.nlink > 1)
    return wrong({
      message: `${path} has a second name (a hard link)`,
      meaning: 'what is written to the other name is written to this file too',
      fix: `find the other name with \`find / -xdev -samefile ${typed}\`, then remove it with \`rm <name>\``,
    });
  if (isForeign(context, file) && !isGroups) return foreign(context, { path, owner: file.uid, typed: all });
  if ((file.mode & (isGroups ? 0o002 : 0o022)) === 0) return null;
  return wrong({
    message: `other accounts can write to ${path}`,
    meaning: theyDecide,
    fix: `run \`chmod ${isGroups ? 'o-w' : 'go-w'} ${all}\``,
  });
}

/** Under sudo the calling account is trusted. */
function isForeign({ uid, env }: Context, { uid: owner }: Stats): boolean {
  return owner !== uid && owner !== 0 && !(uid === 0 && env.SUDO_UID === String(owner));
}

function foreign(
  { uid = 0 }: Context,
  { path, owner, typed }: { path: string; owner: number; typed: string },
): Finding {
  return wrong({
    message: `${path} belongs to another account (${owner})`,
    meaning: theyDecide,
    fix: `run \`chown ${uid} ${typed}\` as root, or set a ledger of your own with --ledger`,
  });
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
