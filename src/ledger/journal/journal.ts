import {
  closeSync,
  constants,
  fchmodSync,
  fdatasyncSync,
  fstatSync,
  openSync,
  readSync,
  statSync,
  writeSync,
} from 'node:fs';
import { dirname } from 'node:path';
import type { Context } from '../../context.ts';
import { giveLike } from '../../files/giveLike.ts';
import { makeFolder } from '../../makeFolder.ts';
import type { Mark } from '../../marks.ts';
import { type JournalPlaces, journalPath, journalPaths } from './journalPlaces.ts';

/** Appends the mark as one line, durable on return. The path it went to, or null when no place could take it. */
export function appendToJournal(
  context: Context,
  { places, mark }: { places: JournalPlaces; mark: Mark },
): string | null {
  const line = `${JSON.stringify(mark)}\n`;
  for (const path of journalPaths(places).slice(1)) {
    if (path === journalPath(places.ledgerPath) && places.keepsBeside?.() === false) continue;
    if (append(context, { path, line, ledgerPath: places.ledgerPath })) return path;
  }
  return null;
}

function append(
  context: Context,
  { path, line, ledgerPath }: { path: string; line: string; ledgerPath: string },
): boolean {
  let file: number | undefined;
  try {
    makeFolder(dirname(path), { mode: 0o700 });
    file = openOwn(context, path);
    giveLike(ledgerPath, file);
    const bytes = Buffer.from(endsWithinLine(file) ? `\n${line}` : line, 'utf8');
    if (writeSync(file, bytes) !== bytes.length) return false; // a torn line: the reader skips it
    fdatasyncSync(file);
    return true;
  } catch {
    return false;
  } finally {
    if (file !== undefined) closeSync(file);
  }
}

/** Never through a link that somebody laid into a shared folder, nor into a file that is somebody else's there. */
function openOwn(context: Context, path: string): number {
  const folder = statSync(dirname(path));
  const file = openSync(
    path,
    constants.O_RDWR | constants.O_APPEND | constants.O_CREAT | (constants.O_NOFOLLOW ?? 0),
    0o600,
  );
  const { uid, mode, size } = fstatSync(file);
  const isShared = (folder.mode & 0o2000) !== 0;
  if (isShared && size === 0 && uid === context.uid && (mode & 0o777) === 0o600) fchmodSync(file, 0o660);
  if (isShared || context.uid === undefined || uid === context.uid || context.uid === 0) return file;
  closeSync(file);
  throw new Error(`${path} belongs to another account`);
}

/** Whether the last writer was cut off within its line: what follows must not become a part of that. */
function endsWithinLine(file: number): boolean {
  const { size } = fstatSync(file);
  const last = Buffer.alloc(1);
  return size > 0 && readSync(file, last, 0, 1, size - 1) === 1 && last[0] !== 0x0a;
}
