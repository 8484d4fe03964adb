import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DeploytrackError } from '../../errors.ts';
import type { Database } from '../file/addon.ts';
import { openFile } from '../file/open.ts';
import { applicationId } from '../file/schemaVersion.ts';

/** The tables that may hold deployments of before our time, the newer one first. */
const tables = ['deployment_metrics', 'deployment_history'] as const;

export interface OlderRow {
  readonly table: (typeof tables)[number];
  /** Its `id`, else which one it is. */
  readonly row: number;
  readonly columns: Readonly<Record<string, unknown>>;
}

/** What belongs to a SQLite file: what was not written back yet stands beside it. */
const besides = ['', '-wal', '-journal'] as const;
const mostTries = 5;

/**
 * The rows of an older database, from a copy: nothing is written to the file, nor beside it. Throws FILE where it cannot
 * be read, is written meanwhile, or is none of the databases that are known.
 */
export function readOlderDatabase(
  path: string,
  { name, temporaryFolder }: { name: string; temporaryFolder: string },
): OlderRow[] {
  const folder = mkdtempSync(join(temporaryFolder, 'deploytrack-import-'));
  try {
    const database = openFile(copyOf(path, { name, folder }));
    try {
      return rowsOf(database, name);
    } finally {
      database.close();
    }
  } catch (error) {
    if (error instanceof DeploytrackError && error.code === 'FILE') throw error;
    const cause = (error as Error).cause ?? error;
    throw new DeploytrackError({
      code: 'FILE',
      message: `${name} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`,
      cause: error,
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A copy of one moment: made again where the file changed meanwhile. */
function copyOf(path: string, { name, folder }: { name: string; folder: string }): string {
  const copy = join(folder, 'older.db');
  for (let tries = 0; tries < mostTries; tries += 1) {
    const before = stateOf(path);
    for (const beside of besides) {
      rmSync(copy + beside, { force: true });
      if (existsSync(path + beside)) copyFileSync(path + beside, copy + beside);
    }
    if (stateOf(path) === before) return copy;
  }
  throw new DeploytrackError({
    code: 'FILE',
    message: `${name} is being written by another program`,
    hint: 'stop that program, or import a copy that `sqlite3 … ".backup"` made',
  });
}

function stateOf(path: string): string {
  const of = (file: string) => {
    const found = statSync(file, { throwIfNoEntry: false });
    return found === undefined ? '-' : `${found.ino} ${found.size} ${found.mtimeMs}`;
  };
  return besides.map((beside) => of(path + beside)).join();
}

function rowsOf(database: Database, name: string): OlderRow[] {
  if (database.pragma('application_id', { simple: true }) === applicationId)
    throw new DeploytrackError({
      code: 'FILE',
      message: `${name} is a ledger of deploytrack`,
      hint: `\`deploytrack export --ledger ${name} --out <file>\` writes what can be imported`,
    });
  const known = database.prepare("SELECT name FROM sqlite_master WHERE type IN ('table', 'view')").pluck();
  const names = known.all() as string[];
  const found = tables.filter((table) => names.includes(table));
  if (found.length === 0)
    throw new DeploytrackError({
      code: 'FILE',
      message: `${name} has neither a table deployment_metrics nor deployment_history`,
    });
  return found.flatMap((table) =>
    rowsOfTable(database, { table, name }).map((columns, index) => ({
      table,
      row: typeof columns.id === 'number' ? columns.id : index + 1,
      columns,
    })),
  );
}

/** No host has deployed so often; a view may go on for ever. */
const mostRows = 1_000_000;

function rowsOfTable(
  database: Database,
  { table, name }: { table: string; name: string },
): Record<string, unknown>[] {
  const rows: Record<string, unknown>[] = [];
  const found = database.prepare(`SELECT * FROM ${table} LIMIT ${mostRows + 1}`);
  for (const row of found.iterate() as IterableIterator<Record<string, unknown>>) rows.push(row);
  if (rows.length <= mostRows) return rows;
  throw new DeploytrackError({
    code: 'FILE',
    message: `${name} has more than ${mostRows} rows in ${table}`,
    hint: 'import a copy with the newest ones',
  });
}
