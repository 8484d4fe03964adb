import { dirname } from 'node:path';
import type { Context } from '../../context.ts';
import type { Warning } from '../../errors.ts';
import { makeFolder } from '../../files/makeFolder.ts';
import { isoTime } from '../../model.ts';
import type { Database } from './addon.ts';
import type { LedgerFile } from './findLedger.ts';
import { makeFile } from './makeFile.ts';
import { migrateLedger } from './migrate.ts';
import { asLedgerError, EmptyLedger, openFound, openLedger } from './open.ts';
import { schemaSql } from './schema.ts';
import { applicationId, schemaVersion } from './schemaVersion.ts';
import { transaction } from './transaction.ts';

export interface LedgerToOpen {
  readonly path: string;
  readonly migrate?: boolean;
  /** Called with errors that did not prevent the creation of the ledger. */
  readonly warn?: ((warning: Warning) => void) | undefined;
}

/**
 * Opens the ledger; if there is none, creates it first: 0600 in a 0700 folder. An existing folder keeps its mode, and
 * the file gets the group of a setgid folder (`init --group`). An older ledger is migrated after a copy was written
 * next to it. Throws the errors of `openLedger`.
 */
export function openOrCreateLedger(context: Context, ledger: LedgerToOpen): Database {
  const { path, migrate = false } = ledger;
  try {
    const found = openLedger(path, migrate ? 'migrate' : 'write');
    if (found !== null) return migrate ? migrateLedger(context, found) : found;
  } catch (error) {
    if (!(error instanceof EmptyLedger)) throw error;
  }
  return createLedger(context, ledger);
}

function createLedger(context: Context, { path, warn }: LedgerToOpen): Database {
  let file: LedgerFile;
  try {
    makeFolder(dirname(path), { mode: 0o700, isLedgers: true, warn });
    file = makeFile(path, warn);
  } catch (error) {
    throw asLedgerError(error, path);
  }
  const database = openFound(file);
  try {
    prepareFile(database);
    transaction(database, { mode: 'write' }, () => makeTables(context, database));
    // Into the file itself: a copy of that file alone is then a ledger.
    database.pragma('wal_checkpoint(PASSIVE)');
    return database;
  } catch (error) {
    database.close();
    throw asLedgerError(error, path);
  }
}

/** Before the first page: later, only a VACUUM of the whole file can switch `auto_vacuum` on, which `prune` needs. */
export function prepareFile(database: Database): void {
  database.pragma('auto_vacuum = INCREMENTAL');
  database.pragma('journal_mode = WAL');
}

/** For programs that look for the versions of the table's first schema. */
export function noteVersions(database: Database, now: string): void {
  const version = database.prepare('INSERT OR IGNORE INTO schema_version VALUES (?, ?)');
  for (const seedVersion of [1, 2, 3, 4]) version.run(seedVersion, now);
}

/** Two first commands at the same time: the second finds the tables already created. */
function makeTables(context: Context, database: Database): void {
  if (database.pragma('application_id', { simple: true }) !== 0) return;
  database.exec(schemaSql);
  const { randomUUID } = require('node:crypto') as typeof import('node:crypto');
  const now = isoTime(context.instant().wallMs);
  noteVersions(database, now);
  database.prepare('INSERT INTO ledger VALUES (1, ?, ?)').run(randomUUID(), now);
  database.pragma(`application_id = ${applicationId}`);
  database.pragma(`user_version = ${schemaVersion}`);
}
