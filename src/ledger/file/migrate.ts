import { closeSync, fsyncSync, writeFileSync } from 'node:fs';
import type { Context } from '../../context.ts';
import { giveLike } from '../../files/giveLike.ts';
import { openOwn } from '../../files/openOwn.ts';
import { isoTime } from '../../model.ts';
import type { Database } from './addon.ts';
import { findLedger } from './findLedger.ts';
import { asLedgerError, openFound } from './open.ts';
import { schemaSteps } from './schemaSteps.ts';
import { schemaVersion } from './schemaVersion.ts';

/**
 * Brings an older ledger to this schema, in one transaction after a copy beside it; of two that try at once the
 * second finds it done. Throws what `openLedger` throws, with the connection closed and the ledger as it was.
 */
export function migrateLedger(context: Context, database: Database): Database {
  const version = () => database.pragma('user_version', { simple: true }) as number;
  if (version() >= schemaVersion) return database;
  try {
    database.exec('BEGIN IMMEDIATE');
    if (version() < schemaVersion) {
      copyBeside(context, database.name);
      for (const step of schemaSteps.slice(Math.max(0, version() - 1))) database.exec(step);
      database.pragma(`user_version = ${schemaVersion}`);
    }
    database.exec('COMMIT');
    return database;
  } catch (error) {
    if (database.inTransaction) database.exec('ROLLBACK');
    database.close();
    throw asLedgerError(error, database.name);
  }
}

/**
 * The whole ledger as it stands, also what is only in its log, for its account alone. SQLite writes a copy by its path:
 * where others may put something there meanwhile, it is written from memory instead.
 */
function copyBeside(context: Context, path: string): void {
  const found = findLedger(path);
  if (found === null) throw new Error('it is gone');
  const stamp = isoTime(context.instant().wallMs).replaceAll(/[-:]|\.\d+/g, '');
  const copy = `${path}.before-schema-${schemaVersion}-${stamp}`;
  const made = openOwn(copy, { access: 'create', owners: undefined })?.descriptor as number;
  giveLike(path, made);
  const reader = openFound(found, true);
  try {
    if (found.isExposed) writeFileSync(made, reader.serialize());
    else reader.prepare('VACUUM INTO ?').run(copy);
    fsyncSync(made);
  } finally {
    reader.close();
    closeSync(made);
  }
}
