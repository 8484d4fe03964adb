import { loadDriver } from '../../ledger/file/driver.ts';
import type { Finding } from './doctorFinding.ts';

/** Where not the addon opens the ledger: what does, and what brings the addon. */
export function driverFindings(): Finding[] {
  const instead = insteadOfAddon();
  if (instead === null) return [];
  const message = `SQLite ${process.versions.sqlite} by node:sqlite: ${instead.message}`;
  return [{ good: true, message, ...(instead.hint === undefined ? {} : { mend: instead.hint }) }];
}

/** Where there is neither, the ledger's own finding tells. */
function insteadOfAddon(): { message: string; hint?: string | undefined } | null {
  try {
    return loadDriver().instead;
  } catch {
    return null;
  }
}
