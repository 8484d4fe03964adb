import { type Driver, loadDriver, sqliteVersion } from '../ledger/file/addon.ts';
import type { Finding } from './doctorFinding.ts';

/** The SQLite driver in use; if it is not the addon, why, and how to install the addon. */
export function driverFindings(): Finding[] {
  const driver = loadedDriver();
  if (driver === null) return [];
  const { instead } = driver;
  if (instead === null) return [{ good: true, message: `SQLite ${sqliteVersion(driver)} (better-sqlite3)` }];
  const message = `SQLite ${sqliteVersion(driver)} (node:sqlite): ${instead.message}`;
  return [{ good: true, message, ...(instead.hint === undefined ? {} : { mend: instead.hint }) }];
}

/** Without any driver, the finding about the ledger reports it. */
function loadedDriver(): Driver | null {
  try {
    return loadDriver();
  } catch {
    return null;
  }
}
