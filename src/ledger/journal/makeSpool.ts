import { closeSync, lstatSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { fileStat } from '../../files/fileStat.ts';
import { isOpenToOthers } from '../../files/findOwn.ts';
import { giveLike } from '../../files/giveLike.ts';
import { makeFolder } from '../../files/makeFolder.ts';
import { openOwn } from '../../files/openOwn.ts';
import { giveRights } from './journal.ts';
import { journalForShell } from './makeJournal.ts';
import { spoolFolder } from './spool.ts';
import type { JournalPlaces } from './unread.ts';

/**
 * Creates an empty journal for one process, next to an existing ledger; `name` is unique and without special
 * characters. Returns its path; null if marks must be made by the program. Never throws.
 */
export function makeSpool(places: JournalPlaces, name: string): string | null {
  const { ledgerPath, uid } = places;
  if (!mayHaveSpool(places) || fileStat(ledgerPath)?.isFile() !== true) return null;
  const folder = spoolFolder(ledgerPath);
  const path = join(folder, `${name}.journal`);
  let file: number | undefined;
  try {
    makeFolder(folder, { mode: 0o700 });
    const made = lstatSync(folder);
    if (!made.isDirectory() || isOpenToOthers(made, uid)) return null;
    file = openOwn(path, { access: 'create', owners: undefined })?.descriptor;
    if (file === undefined) return null;
    giveRights(file, path);
    giveLike(ledgerPath, file);
    return path;
  } catch {
    return null;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** On Windows the access list of the folder decides who can put a file there. */
function mayHaveSpool(places: JournalPlaces): boolean {
  const { ledgerPath, uid, keepsBeside = () => true } = places;
  if (uid !== undefined) return journalForShell(places) !== null;
  return isAbsolute(ledgerPath) && keepsBeside();
}
