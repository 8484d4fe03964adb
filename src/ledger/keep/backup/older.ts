import { closeSync, constants, openSync, readSync } from 'node:fs';
import type { Database } from '../../file/addon.ts';
import { isOfSqlite, openFile } from '../../file/open.ts';
import { applicationId, schemaVersion } from '../../file/schemaVersion.ts';
import { strangeProgram } from '../../file/strangeProgram.ts';
import { lackingDeployment } from './lacking.ts';
import { contentsOf } from './source.ts';

/** Why a file is not replaced by a backup. */
export interface Refusal {
  readonly why: string;
  readonly hint?: string;
}

const noBackup: Refusal = { why: 'it exists and is not a backup of a ledger' };
const moveAway = 'move it away if you do not need it any more';

/**
 * Null if the file is an older backup of the ledger. What is not the database of a ledger is not opened by SQLite, which
 * could write to it. Throws the errors of SQLite and of the file system.
 */
export function whyNotOlder(path: string, ledger: Database): Refusal | null {
  if (!isLedgerFile(path)) return noBackup;
  let database: Database | null = null;
  try {
    database = openFile(path);
    // Opened for writing: read only, a file in WAL mode keeps a log and shared memory next to it.
    database.pragma('locking_mode = EXCLUSIVE');
    return compared(database, ledger);
  } catch (thrown) {
    const { cause } = thrown as Error;
    const error = isOfSqlite(cause) ? cause : thrown;
    if (!/^SQLITE_(NOTADB|CORRUPT)/.test(String((error as { code?: string }).code))) throw error;
    return { why: 'it is a damaged backup', hint: moveAway };
  } finally {
    database?.close();
  }
}

/** By the first 100 bytes: https://sqlite.org/fileformat.html, 1.3. */
function isLedgerFile(path: string): boolean {
  const { O_RDONLY, O_NOFOLLOW = 0, O_NONBLOCK = 0 } = constants;
  const file = openSync(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK);
  try {
    const head = Buffer.alloc(100);
    const isWhole = readSync(file, head, 0, head.length, 0) === head.length;
    return (
      isWhole &&
      head.toString('latin1', 0, 16) === 'SQLite format 3\0' &&
      head.readInt32BE(68) === applicationId
    );
  } finally {
    closeSync(file);
  }
}

function compared(there: Database, ledger: Database): Refusal | null {
  if ((there.pragma('user_version', { simple: true }) as number) > schemaVersion)
    return { why: 'it is a backup of a newer deploytrack', hint: 'update deploytrack on this host' };
  if (strangeProgram(there) !== null && tablesOf(there) !== tablesOf(ledger)) return noBackup;
  const [found, own] = [contentsOf(there), contentsOf(ledger)];
  if (found.ledgerId !== own.ledgerId) return { why: 'it is a backup of another ledger' };
  if (found.lastRow > own.lastRow)
    return {
      why: 'it has newer deployments than the ledger, which was restored since',
      hint: moveAway,
    };
  const lacking = lackingDeployment(ledger, there);
  if (lacking === null) return null;
  return {
    why: `it has the deployment ${JSON.stringify(lacking.slice(0, 80))}, which the ledger lacks: the ledger was restored or repaired since`,
    hint: moveAway,
  };
}

/** The tables that are read here. Users may add objects of their own to their ledger, which are in its backups too. */
function tablesOf(database: Database): string {
  const sql = `SELECT name, sql FROM main.sqlite_master
    WHERE type = 'table' AND name IN ('deployment_metrics', 'ledger') ORDER BY name`;
  return JSON.stringify(database.prepare(sql).all());
}
