import { lstatSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/**
 * The folder of journals that have one writer each: .NET cannot append to a file that others write to on Linux, so each
 * PowerShell has its own.
 */
export function spoolFolder(ledgerPath: string): string {
  return `${ledgerPath}.journal.d`;
}

const fileName = /^[\w-]{1,100}\.journal$/;
/** More are not read at once: old ones are removed. */
const mostFiles = 1000;

/** The journals in that folder; none if it is a link. Never throws. */
export function spoolPaths(ledgerPath: string): string[] {
  const folder = spoolFolder(ledgerPath);
  try {
    if (lstatSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true) return [];
    const names = readdirSync(folder).filter((name) => fileName.test(name));
    return names.slice(0, mostFiles).map((name) => join(folder, name));
  } catch {
    return []; // of another account
  }
}
