import { existsSync, linkSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { syncFolder } from '../../files/syncFolder.ts';
import { randomHex } from '../../randomHex.ts';
import { readyFolder, suffixes } from '../file/findLedger.ts';
import { beingRepaired, holdOrRefuse } from './hold.ts';
import { freeName, isTaken, readPlan, writePlan } from './plan.ts';

/** The repaired ledger in its folder. */
export const newName = 'ledger.db';

interface Exchange {
  /** With the repaired ledger; this process holds it. */
  readonly folder: string;
  readonly damagedPath: string;
  /** Whether the damaged ledger is still the one that was repaired. */
  readonly isUnchanged: () => boolean;
}

/**
 * Puts the ledger of `folder` in the place of a damaged one, which keeps all of its files under another name. While the
 * folder has the name of a ready repair, no command opens the ledger. After a crash at any step `finishExchange`
 * continues. Throws LEDGER_BUSY, with nothing changed, if another repair was faster.
 */
export function exchange(
  path: string,
  { folder, damagedPath, isUnchanged }: Exchange,
  run: (steps: readonly (() => void)[]) => void = runAll,
): void {
  const ready = readyFolder(path);
  writePlan(folder, damagedPath);
  try {
    renameSync(folder, ready);
  } catch (error) {
    throw existsSync(ready) ? beingRepaired(path) : error;
  }
  if (!isUnchanged()) {
    renameSync(ready, folder);
    throw beingRepaired(path);
  }
  syncFolder(dirname(path));
  run(exchangeSteps(path, damagedPath));
}

/** Continues an exchange that was interrupted; returns the path of the damaged ledger. */
export function finishExchange(path: string, now: string): string {
  const folder = readyFolder(path);
  const held = holdOrRefuse(path, folder);
  try {
    const planned = readPlan(path, { folder, isPlaced: !existsSync(join(folder, newName)) });
    const damagedPath = planned ?? freeName(path, now);
    if (planned === null) writePlan(folder, damagedPath);
    runAll(exchangeSteps(path, damagedPath));
    return damagedPath;
  } finally {
    held.close();
  }
}

function runAll(steps: readonly (() => void)[]): void {
  for (const step of steps) step();
}

/** Each may be repeated. */
function exchangeSteps(path: string, damagedPath: string): (() => void)[] {
  const folder = readyFolder(path);
  const isPending = () => existsSync(join(folder, newName));
  const moved = (suffix: string) => () => {
    if (isPending() && existsSync(path + suffix)) renameSync(path + suffix, damagedPath + suffix);
  };
  return [
    () => {
      if (isPending() && !existsSync(damagedPath)) setAside(path, damagedPath);
    },
    ...suffixes.map(moved),
    () => syncFolder(dirname(path)),
    () => {
      if (isPending()) renameSync(join(folder, newName), path);
    },
    () => syncFolder(dirname(path)),
    () => {
      // Away with one rename: half of the folder must not look like a repair that can be finished.
      const old = `${folder}-${randomHex(6)}`;
      renameSync(folder, old);
      rmSync(old, { recursive: true, force: true });
    },
  ];
}

/** File systems without hard links answer with one of these. */
const noLinks = /^(EPERM|ENOTSUP|EOPNOTSUPP|ENOSYS|EMLINK)$/;

/** The ledger's place is never empty, if that is possible: a command would create a new one there. */
function setAside(path: string, damagedPath: string): void {
  try {
    linkSync(path, damagedPath);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST' && !isTaken(path, damagedPath)) return;
    if (!noLinks.test(code ?? '')) throw error;
    renameSync(path, damagedPath);
  }
}
