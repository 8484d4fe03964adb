import { closeSync, readSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Context } from '../../context.ts';
import type { Warning } from '../../errors.ts';
import { fileStat } from '../../files/fileStat.ts';
import { openOwn } from '../../files/openOwn.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { type JournalPlaces, journalFile, journalPaths, positionIn } from '../../ledger/journal/unread.ts';

/** Marks that are in a journal and not in the ledger. */
export interface Waiting {
  readonly path: string;
  /** Null if this account cannot read the journal. */
  readonly marks: number | null;
}

/** The waiting marks in the journals of a ledger; `database` is null if it does not exist yet. */
export function waitingMarks(
  context: Context,
  { database, places }: { database: Database | null; places: JournalPlaces },
): Waiting[] {
  return journalPaths(places).flatMap((path): Waiting[] => {
    const file = journalFile(path);
    if (file === null || (database === null && isForeign(context, { path, places }))) return [];
    const known = database === null ? 0 : positionIn(database, file.id);
    const from = known > file.size ? 0 : known;
    if (file.size === from) return [];
    const marks = linesFrom(path, from);
    return marks === 0 ? [] : [{ path, marks }];
  });
}

/** In a shared folder, another account may have created a journal for a ledger that never existed. */
function isForeign({ uid }: Context, { path, places }: { path: string; places: JournalPlaces }): boolean {
  if (uid === undefined || dirname(path) === dirname(places.ledgerPath)) return false;
  return fileStat(path)?.uid !== uid;
}

/** The warning of a report that could not import them. */
export function waitingWarning({ path, marks }: Waiting, why: string): Warning {
  const many = marks === 1 ? '1 mark waits' : marks === null ? 'marks wait' : `${marks} marks wait`;
  return {
    code: 'JOURNAL',
    message: `${many} in ${path} and ${marks === 1 ? 'is' : 'are'} not included: ${why}`,
    hint: `nothing is lost; the next command that can open the ledger imports ${marks === 1 ? 'it' : 'them'}`,
  };
}

function linesFrom(path: string, from: number): number | null {
  try {
    const opened = openOwn(path, { access: 'read', owners: undefined });
    if (opened === null) return 0;
    try {
      return countLines(opened.descriptor, { from, size: opened.stat.size });
    } finally {
      closeSync(opened.descriptor);
    }
  } catch {
    return null;
  }
}

function countLines(file: number, { from, size }: { from: number; size: number }): number {
  const chunk = Buffer.alloc(65_536);
  let lines = 0;
  for (let at = from; at < size; ) {
    const read = readSync(file, chunk, 0, chunk.length, at);
    if (read === 0) break;
    for (const byte of chunk.subarray(0, read)) if (byte === 0x0a) lines += 1;
    at += read;
  }
  return lines;
}
