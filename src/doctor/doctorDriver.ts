import { type Driver, loadDriver, sqliteVersion } from '../ledger/file/driver.ts';
import type { Finding } from './doctorFinding.ts';

/** What opens the ledger; where not the addon does: why, and what brings the addon. */
export function driverFindings(): Finding[] {
  const driver = loadedDriver();
  if (driver === null) return [];
  const { instead } = driver;
  if (instead === null) return [{ good: true, message: `SQLite ${sqliteVersion(driver)} by better-sqlite3` }];
  const message = `SQLite ${sqliteVersion(driver)} by node:sqlite: ${instead.message}`;
  return [{ good: true, message, ...(instead.hint === undefined ? {} : { mend: instead.hint }) }];
}

/** Where there is neither, the ledger's own finding tells. */
function loadedDriver(): Driver | null {
  try {
    return loadDriver();
  } catch {
    return null;
  }
}
