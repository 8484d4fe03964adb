import { fstatSync, readSync } from 'node:fs';
import type { Frame, Log } from './log.ts';

/** The header of an SQLite file: https://sqlite.org/fileformat2.html#the_database_header */
export const magic = 'SQLite format 3\0';
/** SQLite's own default, which every ledger has. */
const usualPageBytes = 4096;

/** The pages of a damaged ledger at one moment, from its file and its log; both are only read. */
export interface Pages {
  readonly pageBytes: number;
  /** Without the bytes that a page reserves at its end. */
  readonly usableBytes: number;
  readonly count: number;
  /** Null if it is beyond the end of the file; shorter than a page if the file ends in it. */
  page(number: number): Buffer | null;
}

export interface RawFile {
  readonly descriptor: number;
  readonly bytes: number;
  /** When it was written last, when it was opened. */
  readonly writtenNs: bigint;
}

export function rawFile(descriptor: number): RawFile {
  const { size, mtimeNs } = fstatSync(descriptor, { bigint: true });
  return { descriptor, bytes: Number(size), writtenNs: mtimeNs };
}

export function readAt(
  { descriptor, bytes }: Omit<RawFile, 'writtenNs'>,
  at: number,
  length: number,
): Buffer | null {
  if (length <= 0 || at + length > bytes) return null;
  const buffer = Buffer.alloc(length);
  let read = 0;
  while (read < length) {
    const more = readSync(descriptor, buffer, read, length - read, at + read);
    if (more === 0) return null;
    read += more;
  }
  return buffer;
}

/** As its first page says; if that is damaged, as every ledger is created. */
export function pageBytesOf(head: Buffer | null): number {
  if (head === null || !isHead(head)) return usualPageBytes;
  const said = head.readUInt16BE(16);
  const bytes = said === 1 ? 65_536 : said;
  return bytes >= 512 && (bytes & (bytes - 1)) === 0 ? bytes : usualPageBytes;
}

export function isHead(page: Buffer): boolean {
  return page.toString('latin1', 0, magic.length) === magic;
}

/** The file with the given frames of its log over it, the newest of each page. */
export function pagesOf(
  file: RawFile,
  { log, frames, pageBytes }: { log: Log | null; frames: readonly Frame[]; pageBytes: number },
): Pages {
  const newest = new Map(frames.map((frame) => [frame.page, frame]));
  const ofFile = Math.ceil(file.bytes / pageBytes);
  const page = (number: number) => {
    const frame = newest.get(number);
    if (frame !== undefined && log !== null) return readAt(log.file, frame.at, pageBytes);
    return filePage(file, { number, pageBytes });
  };
  const head = page(1);
  const reserved = head !== null && isHead(head) ? (head[20] ?? 0) : 0;
  const count = frames.reduce((most, frame) => Math.max(most, frame.page), ofFile);
  return { pageBytes, usableBytes: pageBytes - (reserved <= 32 ? reserved : 0), count, page };
}

/** Shorter than a page if its end was cut off. */
function filePage(
  file: RawFile,
  { number, pageBytes }: { number: number; pageBytes: number },
): Buffer | null {
  const at = (number - 1) * pageBytes;
  return readAt(file, at, Math.min(pageBytes, file.bytes - at));
}
