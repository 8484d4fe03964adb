import { lstatSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileStat } from '../../files/fileStat.ts';
import { isOpenToOthers } from '../../files/findOwn.ts';
import { OddFile, type OpenedFile, openOwn } from '../../files/openOwn.ts';
import { spoolFolder } from './spool.ts';
import { type JournalPlaces, ownFolder } from './unread.ts';

/** In bytes, about a million marks: beyond it nothing is written or read. */
export const largestJournal = 1_073_741_824;

/**
 * Opens a journal by the same rule for writing and for reading: a file of ours, or in a folder of ours or of an account
 * whose marks count. Null if there is nothing to read. Throws OddFile, or the error of the file system.
 */
export function openJournal(
  path: string,
  { access, places }: { access: 'read' | 'append'; places: JournalPlaces },
): OpenedFile | null {
  if (!isOwnFolderOurs(path, places)) throw new OddFile('foreign');
  return openOwn(path, { access, mode: 0o600, owners: journalOwners(path, places) });
}

/**
 * The accounts whose marks a journal may contain; undefined: any that could put it there. Next to the ledger that is
 * right: accounts that can write to its folder can write the ledger. In a folder for everyone only we, root and the
 * ledger's account.
 */
export function journalOwners(path: string, { uid, ledgerPath }: JournalPlaces): number[] | undefined {
  if (uid === undefined) return undefined;
  const folder = dirname(path);
  const besideLedger = dirname(ledgerPath);
  const isSpool = folder === spoolFolder(ledgerPath);
  const isBeside = folder === besideLedger || isSpool;
  const around = statSync(isSpool ? besideLedger : folder);
  if (isBeside && (around.mode & 0o002) === 0) return undefined;
  const ledger = isBeside ? around : fileStat(ledgerPath);
  return [uid, 0, ...(ledger === null ? [] : [ledger.uid])];
}

/** The path for a mark in a fallback folder: in a folder of our own if others can write to the fallback. */
export function fallbackFor(folder: string, uid: number | undefined): string {
  const around = fileStat(folder);
  return uid !== undefined && around !== null && isOpenToOthers(around, uid)
    ? ownFolder(folder, uid)
    : folder;
}

/** The name of our own folder in a folder for everyone is known: another account may have created it. */
function isOwnFolderOurs(path: string, { uid, fallbackFolders }: JournalPlaces): boolean {
  const folder = dirname(path);
  if (uid === undefined || !fallbackFolders.some((one) => ownFolder(one, uid) === folder)) return true;
  const found = lstatSync(folder, { throwIfNoEntry: false });
  return found?.isDirectory() === true && !isOpenToOthers(found, uid);
}
