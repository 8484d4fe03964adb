import { createHash } from 'node:crypto';
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';

/** The SHA-256 of a file's content in hex; null where it is no file that can be read in time. */
export async function fileHash(path: string, timeoutMs: number): Promise<string | null> {
  try {
    // A pipe would be waited for, and what is in it is gone once read: opened without waiting, and looked at then.
    await using file = await open(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    if (!(await file.stat()).isFile()) return null;
    const hash = createHash('sha256');
    const read = file.createReadStream({ signal: AbortSignal.timeout(timeoutMs) });
    for await (const chunk of read) hash.update(chunk as Buffer);
    return hash.digest('hex');
  } catch {
    return null;
  }
}
