import { closeSync, fchmodSync, fdatasyncSync, fstatSync, readSync, statSync, writeSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { runsOnWindows } from '../../context.ts';
import { fileStat } from '../../files/fileStat.ts';
import { giveLike } from '../../files/giveLike.ts';
import { makeFolder } from '../../files/makeFolder.ts';
import { windowsShare } from '../../files/networkPath.ts';
import { OddFile } from '../../files/openOwn.ts';
import { syncFolder } from '../../files/syncFolder.ts';
import { whileHeld } from '../../files/whileHeld.ts';
import type { Mark } from '../../marks.ts';
import { fallbackFor, largestJournal, openJournal } from './openJournal.ts';
import { fallbackName, type JournalPlaces, journalPath } from './unread.ts';

/**
 * Appends the mark as one line, durable on return. Returns the path, or null if no journal accepted it: a file that
 * would not be read back does not count.
 */
export function appendToJournal(mark: Mark, places: JournalPlaces): string | null {
  const line = `${JSON.stringify(mark)}\n`;
  for (const path of placesToWrite(places)) {
    if (append(path, { line, places })) return path;
  }
  return null;
}

function placesToWrite({
  ledgerPath,
  fallbackFolders,
  uid,
  keepsBeside = () => true,
}: JournalPlaces): string[] {
  const name = fallbackName(ledgerPath);
  return [
    ...(hasNoFolder(ledgerPath) || !keepsBeside() ? [] : [journalPath(ledgerPath)]),
    ...fallbackFolders.map((folder) => join(fallbackFor(folder, uid), name)),
  ];
}

/** A device has no folder for files next to it, and on a share, which may not respond, no ledger is ever opened. */
function hasNoFolder(ledgerPath: string): boolean {
  if (runsOnWindows() && windowsShare(ledgerPath) !== null) return true;
  const ledger = fileStat(ledgerPath);
  return ledger?.isCharacterDevice() === true || ledger?.isBlockDevice() === true;
}

function append(path: string, { line, places }: { line: string; places: JournalPlaces }): boolean {
  let file: number | undefined;
  try {
    makeFolder(dirname(path), { mode: 0o700, isLedgers: true });
    const opened = whileHeld('open', () => openJournal(path, { access: 'append', places }));
    if (opened === null) throw new OddFile('not-regular');
    file = opened.descriptor;
    if (opened.stat.size > largestJournal) return false;
    const isNew = opened.stat.size === 0;
    if (isNew && opened.stat.uid === places.uid) giveRights(file, path);
    if (isNew) giveLike(places.ledgerPath, file);
    const bytes = Buffer.from(endsWithinLine(file) ? `\n${line}` : line, 'utf8');
    if (writeSync(file, bytes) !== bytes.length) return false; // a torn line: the reader skips it
    fdatasyncSync(file);
    if (isNew) syncFolder(dirname(path));
    return true;
  } catch {
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** For our account only, or in a group's folder for the group, whatever the umask is. */
export function giveRights(file: number, path: string): void {
  const mode = (statSync(dirname(path)).mode & 0o2000) !== 0 ? 0o660 : 0o600;
  try {
    if ((fstatSync(file).mode & 0o777) !== mode) fchmodSync(file, mode);
  } catch {
    // A file system without permissions stores the mark anyway.
  }
}

/** Whether the last writer was interrupted within its line: the next line must not become a part of it. */
function endsWithinLine(file: number): boolean {
  const { size } = fstatSync(file);
  const last = Buffer.alloc(1);
  return size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
}
