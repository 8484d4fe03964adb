import { closeSync, existsSync, openSync, unlinkSync } from 'node:fs';
import { giveLike } from '../../files/giveLike.ts';

/** Whether marks of this ledger had to wait lately: the next ones wait a shorter time for its lock. */
export function ledgerWasLocked(ledgerPath: string): boolean {
  return existsSync(lockedHint(ledgerPath));
}

export function noteLocked(ledgerPath: string, locked: boolean): void {
  try {
    if (!locked) unlinkSync(lockedHint(ledgerPath));
    else note(ledgerPath);
  } catch {
    // Only a hint: without it the next mark waits the whole time again.
  }
}

function note(ledgerPath: string): void {
  const file = openSync(lockedHint(ledgerPath), 'w', 0o600);
  giveLike(ledgerPath, file);
  closeSync(file);
}

function lockedHint(ledgerPath: string): string {
  return `${ledgerPath}.locked`;
}
