import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Random } from '../random.ts';
import type { Call } from './calls.ts';

type Pending = Extract<Call, { kind: 'write' | 'truncate' }>;

interface File {
  /** What survives a power cut for sure; null: not even the name. */
  durable: Buffer | null;
  /** What the program sees. */
  seen: Buffer;
  pending: Pending[];
}

const sectorBytes = 512;

/**
 * What a disk holds while a program runs: what it has synced, and what it has only written. A name is durable with the
 * first sync of its file, as on ext4; renaming and removing happen in order.
 */
export class Disk {
  readonly #files = new Map<string, File>();

  apply(call: Call): void {
    if (call.kind === 'sync') this.#sync(call.path);
    else if (call.kind === 'rename') this.#rename(call);
    else if (call.kind === 'remove') this.#files.delete(call.path);
    else this.#write(call);
  }

  #file(path: string): File {
    const file = this.#files.get(path) ?? { durable: null, seen: Buffer.alloc(0), pending: [] };
    this.#files.set(path, file);
    return file;
  }

  #write(call: Pending): void {
    const file = this.#file(call.path);
    // Appended: its place is the end at that moment.
    const placed = call.kind === 'write' && call.at === null ? { ...call, at: file.seen.length } : call;
    file.seen = changed(file.seen, placed);
    file.pending.push(placed);
  }

  #sync(path: string): void {
    const file = this.#files.get(path);
    if (file === undefined) return; // a folder
    file.durable = file.seen;
    file.pending = [];
  }

  #rename({ path, to }: Extract<Call, { kind: 'rename' }>): void {
    const file = this.#files.get(path);
    if (file === undefined) return;
    this.#files.delete(path);
    this.#files.set(to, file);
  }

  /** The files after a power cut, below another folder: nothing of what was not synced, or with `random` any of it. */
  writeTo(folder: string, { from, random }: { from: string; random: Random | null }): void {
    for (const [path, file] of this.#files) {
      const left = random === null ? file.durable : withSome(file, random);
      if (left === null || path.endsWith('-shm')) continue; // SQLite makes the index again
      const to = join(folder, path.slice(from.length));
      mkdirSync(dirname(to), { recursive: true });
      writeFileSync(to, left, { mode: 0o600 });
    }
  }
}

function withSome({ durable, pending }: File, random: Random): Buffer | null {
  const taken = pending.filter(() => random.next() < 0.5);
  if (durable === null && taken.length === 0) return null;
  return taken.reduce<Buffer>(
    (bytes, call) => changed(bytes, random.next() < 0.3 ? torn(call, random) : call),
    durable ?? Buffer.alloc(0),
  );
}

/** Only some sectors of a write. */
function torn(call: Pending, random: Random): Pending {
  if (call.kind !== 'write' || call.bytes.length <= sectorBytes) return call;
  const sectors = random.below(Math.ceil(call.bytes.length / sectorBytes));
  return { ...call, bytes: call.bytes.subarray(0, sectors * sectorBytes) };
}

function changed(bytes: Buffer, call: Pending): Buffer {
  if (call.kind === 'truncate') {
    const made = Buffer.alloc(call.size);
    bytes.copy(made);
    return made;
  }
  const at = call.at ?? bytes.length;
  const made = Buffer.alloc(Math.max(bytes.length, at + call.bytes.length));
  bytes.copy(made);
  call.bytes.copy(made, at);
  return made;
}
