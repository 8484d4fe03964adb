import { constants } from 'node:fs';
import type { FileHandle } from 'node:fs/promises';
import { type FileWorld, mayHang } from '../files/fileWithin.ts';
import { runAside } from '../files/runAside.ts';

/** The SHA-256 of a file's content in hex; null if it cannot be read in time, or is not a file. */
export async function fileHash(world: FileWorld, path: string, timeoutMs: number): Promise<string | null> {
  try {
    if (mayHang(world, path)) {
      const answer = await runAside(world, { task: hashTask, argument: path, withinMs: timeoutMs });
      return answer.length === 0 ? null : answer.toString('latin1');
    }
    // A pipe would block, and reading it would consume its content: opened non-blocking and inspected first.
    const { open } = await import('node:fs/promises');
    const file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    try {
      return await hashOf(file, timeoutMs);
    } finally {
      await file.close();
    }
  } catch {
    return null;
  }
}

async function hashOf(file: FileHandle, timeoutMs: number): Promise<string | null> {
  if (!(await file.stat()).isFile()) return null;
  const { createHash } = await import('node:crypto');
  const hash = createHash('sha256');
  const read = file.createReadStream({ signal: AbortSignal.timeout(timeoutMs) });
  for await (const chunk of read) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

/** Runs in another process. */
async function hashTask(path: string): Promise<void> {
  const fs = require('node:fs') as typeof import('node:fs');
  const { createHash: newHash } = require('node:crypto') as typeof import('node:crypto');
  if (!fs.statSync(path).isFile()) return;
  const hash = newHash('sha256');
  for await (const chunk of fs.createReadStream(path)) hash.update(chunk as Buffer);
  fs.writeSync(1, hash.digest('hex'));
}
