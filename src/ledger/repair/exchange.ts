import {
  existsSync,
  linkSync,
  lstatSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { syncFolder } from '../../files/syncFolder.ts';
import { randomHex } from '../../randomHex.ts';
import { readyFolder } from '../file/findLedger.ts';

/** The repaired ledger in its folder. */
export const newName = 'ledger.db';
const planName = 'damaged-path';

/**
 * Puts the ledger of `folder` in the place of a damaged one, which keeps all of its files under another name. While the
 * folder has the name of a ready repair, no command opens the ledger. After a crash at any step `finishExchange`
 * continues.
 */
export function exchange(
  path: string,
  { folder, damagedPath }: { folder: string; damagedPath: string },
): void {
  writeFileSync(join(folder, planName), damagedPath, { mode: 0o600 });
  syncFolder(folder);
  renameSync(folder, readyFolder(path));
  syncFolder(dirname(path));
  for (const step of exchangeSteps(path)) step();
}

/** Whether a repair prepared the folder with the name of a ready one. */
export function isReady(path: string): boolean {
  const folder = readyFolder(path);
  return [folder, join(folder, planName)].every((part, at) => {
    const found = lstatSync(part, { throwIfNoEntry: false });
    return at === 0 ? found?.isDirectory() === true : found?.isFile() === true;
  });
}

/** Continues an exchange that was interrupted; returns the path of the damaged ledger. */
export function finishExchange(path: string): string {
  const damagedPath = readFileSync(join(readyFolder(path), planName), 'utf8');
  for (const step of exchangeSteps(path)) step();
  return damagedPath;
}

/** Each may be repeated. */
export function exchangeSteps(path: string): (() => void)[] {
  const folder = readyFolder(path);
  const damagedPath = readFileSync(join(folder, planName), 'utf8');
  const isPending = () => existsSync(join(folder, newName));
  const moved = (suffix: string) => () => {
    if (isPending() && existsSync(path + suffix)) renameSync(path + suffix, damagedPath + suffix);
  };
  return [
    () => {
      if (isPending() && !existsSync(damagedPath)) setAside(path, damagedPath);
    },
    moved('-wal'),
    moved('-shm'),
    () => syncFolder(dirname(path)),
    () => {
      if (isPending()) renameSync(join(folder, newName), path);
    },
    () => syncFolder(dirname(path)),
    () => {
      // Away with one rename: half of the folder must not look like a repair that can be finished.
      const old = `${folder}-${randomHex(6)}`;
      mkdirSync(old);
      renameSync(folder, join(old, 'done'));
      rmSync(old, { recursive: true, force: true });
    },
  ];
}

/** The ledger's place is never empty: a command would create a new one there. */
function setAside(path: string, damagedPath: string): void {
  try {
    linkSync(path, damagedPath);
  } catch {
    renameSync(path, damagedPath); // a file system without hard links
  }
}
