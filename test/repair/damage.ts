import { closeSync, fstatSync, ftruncateSync, openSync, readSync, statSync, writeSync } from 'node:fs';

const pageBytes = 4096;

/** Numbers from 0 to 1 that are the same for the same seed (mulberry32). */
export function randomOf(seed: number): () => number {
  let state = seed * 0x9e37_79b9 + 1;
  return () => {
    state = (state + 0x6d2b_79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

/** Damages a ledger in one of many ways; returns what was done. */
export function damageLedger(path: string, seed: number): string {
  const random = randomOf(seed);
  const pages = Math.floor(statSync(path).size / pageBytes);
  const count = 1 + Math.floor(random() * 4);
  const kind = seed % 7;
  if (kind === 4) return truncateFile(path, Math.floor(statSync(path).size * (0.3 + random() * 0.7)));
  if (kind === 6) return truncateFile(`${path}-wal`, Math.floor(statSync(`${path}-wal`).size * random()));
  const target = kind === 5 ? `${path}-wal` : path;
  const done: string[] = [];
  for (let times = 0; times < count; times += 1) {
    const size = statSync(target).size;
    const at =
      kind === 5
        ? 32 + Math.floor((random() * size) / (pageBytes + 24)) * (pageBytes + 24)
        : (random() < 0.15 ? 0 : Math.floor(random() * pages)) * pageBytes;
    const bytes = bytesOf(path, { kind, random, pages });
    overwrite(target, at, bytes);
    done.push(`${kind}@${at}`);
  }
  return done.join(' ');
}

function bytesOf(
  path: string,
  { kind, random, pages }: { kind: number; random: () => number; pages: number },
): Buffer {
  if (kind === 1) return Buffer.alloc(pageBytes);
  if (kind === 2) return pageOf(path, Math.floor(random() * pages));
  const length = kind === 3 ? 1 + Math.floor(random() * 300) : pageBytes;
  return Buffer.from(Array.from({ length }, () => Math.floor(random() * 256)));
}

function pageOf(path: string, index: number): Buffer {
  const file = openSync(path, 'r');
  const bytes = Buffer.alloc(pageBytes);
  readSync(file, bytes, 0, pageBytes, index * pageBytes);
  closeSync(file);
  return bytes;
}

export function overwrite(path: string, at: number, bytes: Buffer): void {
  const file = openSync(path, 'r+');
  const room = Math.max(0, fstatSync(file).size - at);
  writeSync(file, bytes, 0, Math.min(bytes.length, room), at);
  closeSync(file);
}

function truncateFile(path: string, size: number): string {
  const file = openSync(path, 'r+');
  ftruncateSync(file, size);
  closeSync(file);
  return `truncated to ${size}`;
}
