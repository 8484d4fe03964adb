import { closeSync } from 'node:fs';
import { dirname, isAbsolute } from 'node:path';
import { fileStat } from '../../files/fileStat.ts';
import { isOpenToOthers } from '../../files/findOwn.ts';
import { giveLike } from '../../files/giveLike.ts';
import { giveRights } from './journal.ts';
import { openJournal } from './openJournal.ts';
import { type JournalPlaces, journalPath } from './unread.ts';

/**
 * Creates an empty journal next to an existing ledger if there is none: a shell that appends to it could not give it
 * its permissions. Never throws.
 */
export function makeJournal(places: JournalPlaces): void {
  const path = journalForShell(places);
  if (path === null || fileStat(places.ledgerPath)?.isFile() !== true || fileStat(path) !== null) return;
  let file: number | undefined;
  try {
    file = openJournal(path, { access: 'append', places })?.descriptor;
    if (file === undefined) return;
    giveRights(file, path);
    giveLike(places.ledgerPath, file);
  } catch {
    // Then the program makes the marks.
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/**
 * The journal that a shell may append to; null if its marks must be made by the program: other accounts could put a
 * link there.
 */
export function journalForShell({ ledgerPath, uid, keepsBeside = () => true }: JournalPlaces): string | null {
  const folder = fileStat(dirname(ledgerPath));
  if (uid === undefined || !isAbsolute(ledgerPath) || !keepsBeside()) return null;
  if (folder !== null && isOpenToOthers(folder, uid)) return null;
  return journalPath(ledgerPath);
}
