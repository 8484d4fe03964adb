import { randomUUID } from 'node:crypto';
import { chmodSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import type { Context } from '../../context.ts';
import { makeFolder } from '../../makeFolder.ts';
import { isoTime } from '../../model.ts';
import type { Database } from './addon.ts';
import { migrateLedger } from './migrate.ts';
import { asLedgerError, EmptyLedger, openFile, openLedger } from './open.ts';
import { schemaSql } from './schema.ts';
import { applicationId, schemaVersion } from './schemaVersion.ts';

/**
 * Opens the ledger, made first where there is none: 0600 in a 0700 folder. A folder that exists keeps its mode, and
 * the group of a setgid folder (`init --group`) gets the file too. An older one is migrated after a copy beside it.
 * Throws the errors of `openLedger`.
 */
export function openOrCreateLedger(
  context: Context,
  { path, migrate = false }: { path: string; migrate?: boolean },
): Database {
  try {
    const found = openLedger(path, migrate ? 'migrate' : 'write');
    if (found !== null) return migrate ? migrateLedger(context, found) : found;
  } catch (error) {
    if (!(error instanceof EmptyLedger)) throw error;
  }
  return createLedger(context, path);
}

function createLedger(context: Context, path: string): Database {
  try {
    makeFolder(dirname(path), { mode: 0o700 });
  } catch (error) {
    throw asLedgerError(error, path);
  }
  const database = openFile(path);
  try {
    if (context.platform !== 'win32') chmodSync(path, isShared(dirname(path)) ? 0o660 : 0o600);
    database.pragma('journal_mode = WAL');
    database.exec('BEGIN IMMEDIATE');
    // Two first commands at once: the second finds the tables made.
    if (database.pragma('application_id', { simple: true }) === 0) {
      database.exec(schemaSql);
      const now = isoTime(context.instant().wallMs);
      const version = database.prepare('INSERT INTO schema_version VALUES (?, ?)');
      for (const seedVersion of [1, 2, 3, 4]) version.run(seedVersion, now);
      database.prepare('INSERT INTO ledger VALUES (1, ?, ?)').run(randomUUID(), now);
      database.pragma(`application_id = ${applicationId}`);
      database.pragma(`user_version = ${schemaVersion}`);
    }
    database.exec('COMMIT');
    // Into the file itself: whoever copies it alone has a ledger.
    database.pragma('wal_checkpoint(PASSIVE)');
    return database;
  } catch (error) {
    database.close();
    throw asLedgerError(error, path);
  }
}

function isShared(folder: string): boolean {
  return (statSync(folder).mode & 0o2000) !== 0;
}
