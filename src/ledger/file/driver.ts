import SqliteDatabase from 'better-sqlite3';
import type { DeploytrackError } from '../../errors.ts';
import { type Database, loadAddon } from './addon.ts';
import { nodeSqlite, openByNode } from './nodeSqlite.ts';

export interface HowToOpen {
  readonly readonly?: boolean;
  /** How long SQLite itself waits for a lock. */
  readonly timeoutMs?: number;
}

/** What opens SQLite in this process. */
export interface Driver {
  /** A file by its path, `:memory:`, or a whole file's bytes. */
  open(place: string | Buffer, how?: HowToOpen): Database;
  /** What is wrong with the addon where Node's own SQLite serves instead; null where the addon serves. */
  readonly instead: DeploytrackError | null;
}

/** The addon, or else the SQLite of this Node where it has all that we need. Throws ADDON_MISSING where there is neither. */
export function loadDriver(): Driver {
  let nativeBinding: never;
  try {
    nativeBinding = loadAddon() as never;
  } catch (error) {
    const sqlite = nodeSqlite();
    if (sqlite === null) throw error;
    return {
      open: (place, { readonly = false, timeoutMs = 5000 } = {}) =>
        openByNode(sqlite, { place, readonly, timeoutMs }),
      instead: error as DeploytrackError,
    };
  }
  return {
    open: (place, { readonly = false, timeoutMs: timeout = 5000 } = {}) =>
      new SqliteDatabase(place, { nativeBinding, readonly, timeout }),
    instead: null,
  };
}
