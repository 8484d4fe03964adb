import { type Driver, loadDriver, sqliteVersion } from '../../ledger/file/addon.ts';
import type { Check } from '../check.ts';
import { ok } from '../finding.ts';

/** The SQLite driver in use; if it is not the addon, why, and how to install the addon. */
export const driver: Check = {
  name: 'driver',
  title: 'Node and the SQLite driver',
  find: () => {
    const loaded = loadedDriver();
    if (loaded === null) return [];
    const { instead } = loaded;
    if (instead === null) return [ok(`SQLite ${sqliteVersion(loaded)} (better-sqlite3)`)];
    return [ok(`SQLite ${sqliteVersion(loaded)} (node:sqlite): ${instead.message}`, instead.hint)];
  },
};

/** Without any driver, the finding about the ledger reports it. */
function loadedDriver(): Driver | null {
  try {
    return loadDriver();
  } catch {
    return null;
  }
}
