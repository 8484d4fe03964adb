import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import SqliteDatabase from 'better-sqlite3';
import { newProgram, type Program } from '../support/program.ts';
import { overwrite } from './damage.ts';
import { copyLedger, filledLedger, readableRows } from './filledLedger.ts';

/**
 * A program whose ledger is damaged: zeros over the first page of one table or index, by default of the one of phases,
 * and an open deployment.
 */
export function damagedProgram({
  damaged = 'stage_by_name',
  change = () => {},
}: {
  damaged?: string;
  change?: (ledger: SqliteDatabase.Database) => unknown;
} = {}): { program: Program; rows: Set<string> } {
  const program = newProgram();
  copyLedger(filledLedger(4).path, program.ledger);
  const whole = new SqliteDatabase(program.ledger);
  change(whole);
  whole.pragma('wal_checkpoint(TRUNCATE)');
  const root = whole
    .prepare('SELECT rootpage FROM sqlite_master WHERE name = ?')
    .pluck()
    .get(damaged) as number;
  whole.close();
  const rows = readableRows(program.ledger);
  overwrite(program.ledger, (root - 1) * 4096, Buffer.alloc(4096));
  return { program, rows };
}

/** The ledger and everything next to it that belongs to it, but the index of its log. */
export function filesIn({ ledger }: Program): Record<string, string> {
  const names = readdirSync(dirname(ledger)).filter(
    (name) => /deployments\.db/.test(name) && !name.endsWith('-shm'),
  );
  return Object.fromEntries(names.map((name) => [name, readFileSync(join(dirname(ledger), name), 'base64')]));
}

/** Folders of repairs next to the ledger. */
export function repairFolders({ ledger }: Program): string[] {
  return readdirSync(dirname(ledger)).filter((name) => name.includes('.repair'));
}
