import SqliteDatabase from 'better-sqlite3';
import { DeploytrackError } from '../../errors.ts';
import { type Database, loadAddon } from './addon.ts';
import { type NodeSqlite, nodeSqlite, openByNode } from './nodeSqlite.ts';

export interface HowToOpen {
  readonly readonly?: boolean;
  /** How long SQLite itself waits for a lock. */
  readonly timeoutMs?: number;
}

/** The SQLite driver of this process. */
export interface Driver {
  /** Opens a file by its path, `:memory:`, or the bytes of a whole file. */
  open(place: string | Buffer, how?: HowToOpen): Database;
  /** Why Node's own SQLite is used instead of the addon; null if the addon is used. */
  readonly instead: DeploytrackError | null;
}

/**
 * The driver of this process, chosen for its first ledger: two SQLite libraries in one process release each other's
 * locks, and an upgrade may change what is installed while a server runs. All bundles share it.
 */
const decided = Symbol.for('deploytrack.sqlite');
type Decision =
  | { readonly addon: object }
  | { readonly instead: DeploytrackError; readonly sqlite: NodeSqlite };

/**
 * The addon, otherwise the SQLite of this Node if it has everything we need. Throws ADDON_MISSING if there is neither.
 */
export function loadDriver(): Driver {
  const shared = globalThis as { [decided]?: Decision };
  shared[decided] ??= decide();
  const decision = shared[decided];
  if ('sqlite' in decision) {
    const { sqlite, instead } = decision;
    return {
      open: (place, { readonly = false, timeoutMs = 5000 } = {}) =>
        openByNode(sqlite, { place, readonly, timeoutMs }),
      instead,
    };
  }
  const nativeBinding = decision.addon as never;
  return {
    open: (place, { readonly = false, timeoutMs: timeout = 5000 } = {}) =>
      new SqliteDatabase(place, { nativeBinding, readonly, timeout }),
    instead: null,
  };
}

function decide(): Decision {
  try {
    return { addon: loadAddon() };
  } catch (error) {
    const isMissing = error instanceof DeploytrackError && error.code === 'ADDON_MISSING';
    const sqlite = isMissing ? nodeSqlite() : null;
    if (sqlite === null) throw error;
    return { instead: error as DeploytrackError, sqlite };
  }
}

export function sqliteVersion(driver: Driver): string {
  const memory = driver.open(':memory:');
  try {
    return memory.prepare<[], string>('SELECT sqlite_version()').pluck().get() ?? '';
  } finally {
    memory.close();
  }
}
