import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
  type Stats,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { randomHex } from '../randomHex.ts';
import { onEnding } from './onEnding.ts';
import { whileHeld } from './whileHeld.ts';
import { type Content, writeContent } from './writeContent.ts';
import type { WritingWorld } from './writeOut.ts';

/**
 * Replaces a whole file: the new one is written next to it under a temporary name, synced to disk, then renamed. On any
 * failure, and if a signal ends us, the old file stays and the temporary one is removed.
 */
export async function replaceFile(
  world: WritingWorld,
  { path, old, content, mode }: { path: string; old: Stats | null; content: Content; mode: number },
): Promise<void> {
  const temporary = join(dirname(path), `.deploytrack-${randomHex(8)}`);
  const { O_WRONLY, O_CREAT, O_EXCL, O_NOFOLLOW = 0 } = constants;
  const descriptor = openSync(
    temporary,
    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW,
    old === null ? mode : 0o600,
  );
  const remove = () => rmSync(temporary, { force: true });
  const forget = onEnding(world, remove);
  try {
    await filled(world, { descriptor, old, content });
    whileHeld('replace', () => renameSync(temporary, path));
    syncFolder(dirname(path));
  } catch (error) {
    try {
      remove();
    } catch {} // the earlier error is the one to report
    throw error;
  } finally {
    forget();
  }
}

/** Closes the file too: some systems report only then that it was not stored. */
async function filled(
  world: WritingWorld,
  { descriptor, old, content }: { descriptor: number; old: Stats | null; content: Content },
): Promise<void> {
  try {
    await writeContent(world, { descriptor, content });
    if (old !== null) keepRights(descriptor, old);
    fsyncSync(descriptor);
  } catch (error) {
    closeSync(descriptor);
    throw error;
  }
  closeSync(descriptor);
}

/** Copies owner and group if we may; a group that it did not have before gets no permissions. */
function keepRights(descriptor: number, { uid, gid, mode }: Stats): void {
  const isGiven = (user: number): boolean => {
    try {
      fchownSync(descriptor, user, gid);
      return true;
    } catch {
      return false;
    }
  };
  const own = isGiven(uid) || isGiven(-1);
  fchmodSync(descriptor, mode & (own ? 0o7777 : 0o7707));
}

/** Syncs the new name to disk too; not every system allows opening a folder. */
function syncFolder(folder: string): void {
  try {
    const descriptor = openSync(folder, 'r');
    try {
      fsyncSync(descriptor);
    } finally {
      closeSync(descriptor);
    }
  } catch {}
}
