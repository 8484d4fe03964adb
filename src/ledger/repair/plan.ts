import { closeSync, fsyncSync, lstatSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { type OpenedFile, openOwn } from '../../files/openOwn.ts';
import { syncFolder } from '../../files/syncFolder.ts';
import { compactTime } from '../../model.ts';

const planName = 'damaged-name';

/** Notes in the folder of a repair, on disk, under which name the damaged ledger is set aside. */
export function writePlan(folder: string, damagedPath: string): void {
  const part = join(folder, `${planName}.part`);
  rmSync(part, { force: true });
  const { descriptor } = openOwn(part, { access: 'create', owners: undefined }) as OpenedFile;
  try {
    writeFileSync(descriptor, basename(damagedPath));
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
  renameSync(part, join(folder, planName));
  syncFolder(folder);
}

/**
 * The planned path; null if the plan is none for this ledger, or if its name is taken by another file before the
 * repaired ledger has its place. Throws if there is no plan.
 */
export function readPlan(
  path: string,
  { folder, isPlaced }: { folder: string; isPlaced: boolean },
): string | null {
  const name = readFileSync(join(folder, planName), 'utf8');
  if (!name.startsWith(`${basename(path)}.damaged-`) || /[/\\\0]/.test(name)) return null;
  const damagedPath = join(dirname(path), name);
  return !isPlaced && isTaken(path, damagedPath) ? null : damagedPath;
}

/** Whether a name belongs to another file than the ledger, which is still in its place. */
export function isTaken(path: string, damagedPath: string): boolean {
  const [ledger, aside] = [path, damagedPath].map((one) => lstatSync(one, { throwIfNoEntry: false }));
  if (ledger === undefined || aside === undefined) return false;
  return ledger.dev !== aside.dev || ledger.ino !== aside.ino;
}

/** `<ledger>.damaged-<time>`, with a number if that is taken. */
export function freeName(path: string, now: string): string {
  const name = `${path}.damaged-${compactTime(Date.parse(now))}`;
  let free = name;
  for (let number = 2; lstatSync(free, { throwIfNoEntry: false }) !== undefined; number += 1)
    free = `${name}-${number}`;
  return free;
}
