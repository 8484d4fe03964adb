import { closeSync, lstatSync, unlinkSync } from 'node:fs';
import { giveLike } from '../../files/giveLike.ts';
import { openOwn } from '../../files/openOwn.ts';

/** Whether marks of this ledger had to wait recently: the next ones wait a shorter time for its lock. */
export function ledgerWasLocked(ledgerPath: string): boolean {
  try {
    return lstatSync(lockedHint(ledgerPath), { throwIfNoEntry: false }) !== undefined;
  } catch {
    return false; // a folder that we may not read
  }
}

export function noteLocked(ledgerPath: string, locked: boolean): void {
  try {
    if (!locked) unlinkSync(lockedHint(ledgerPath));
    else note(ledgerPath);
  } catch {
    // Only a hint: without it the next mark waits the full time again.
  }
}

function note(ledgerPath: string): void {
  const opened = openOwn(lockedHint(ledgerPath), { access: 'append', owners: undefined });
  if (opened === null) return;
  giveLike(ledgerPath, opened.descriptor);
  closeSync(opened.descriptor);
}

function lockedHint(ledgerPath: string): string {
  return `${ledgerPath}.locked`;
}
