import { existsSync, lstatSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { readyFolder } from '../file/findLedger.ts';
import { type Held, hold, holdOrRefuse } from './hold.ts';
import { isOwn } from './refuse.ts';

/** With a new folder next to the ledger, which this process holds. */
export async function inFolder<Result>(
  path: string,
  work: (folder: string) => Promise<Result>,
): Promise<Result> {
  const folder = mkdtempSync(`${readyFolder(path)}-`);
  let held: Held | null = null;
  try {
    held = holdOrRefuse(path, folder);
    return await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
    held?.close();
  }
}

/** Folders of repairs that were killed: no process holds them. */
export function removeLeftovers(path: string): void {
  const start = `${basename(readyFolder(path))}-`;
  const folder = dirname(path);
  for (const name of existsSync(folder) ? readdirSync(folder).filter((one) => one.startsWith(start)) : []) {
    const left = join(folder, name);
    const stat = lstatSync(left, { throwIfNoEntry: false });
    if (stat?.isDirectory() === true && isOwn(stat.uid)) removeUnheld(left);
  }
}

function removeUnheld(folder: string): void {
  try {
    const held = hold(folder);
    if (held !== null) rmSync(folder, { recursive: true, force: true });
    held?.close();
  } catch {
    // Another repair has removed it meanwhile, or this account cannot.
  }
}
