import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
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

/** What is copied of a SQLite file: what was not written back yet stands beside it. */
const besides = ['', '-wal'] as const;
const mostTries = 5;

/**
 * The rows of an older database, from a copy: nothing is written to the file, nor beside it. Throws FILE where it cannot
 * be read, is written meanwhile, or is none of the databases that are known.
 */
export function readOlderDatabase(
  path: string,
  { name, temporaryFolder }: { name: string; temporaryFolder: string },
): OlderRow[] {
  refuseJournal(path, name);
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

/** It tells SQLite which file to remove after it was played back: any that we may remove. */
function refuseJournal(path: string, name: string): void {
  if ((statSync(`${path}-journal`, { throwIfNoEntry: false })?.size ?? 0) === 0) return;
  throw new DeploytrackError({
    code: 'FILE',
    message: `${name} cannot be read: ${name}-journal holds a change that was not finished`,
    hint: `open ${name} once with sqlite3 where it was made, and import it then`,
  });
}

/** A copy of one moment: made again where the file changed meanwhile. */
function copyOf(path: string, { name, folder }: { name: string; folder: string }): string {
  const copy = join(folder, 'older.db');
  for (let tries = 0; tries < mostTries; tries += 1) {
    const before = stateOf(path);
    for (const beside of besides) {
      rmSync(copy + beside, { force: true });
      if (statSync(path + beside, { throwIfNoEntry: false })?.isFile())
        copyFileSync(path + beside, copy + beside);
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
  const found = tables.filter((table) => holdsRows(database, { table, name }));
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

/** Whether there is such a table. Throws where its rows are made up while they are read, for as long as that may take. */
function holdsRows(database: Database, { table, name }: { table: string; name: string }): boolean {
  const kinds = database.prepare<unknown[], string>(
    "SELECT type FROM pragma_table_list WHERE schema = 'main' AND name = ?",
  );
  const kind = kinds.pluck().get(table);
  if (kind === undefined) return false;
  if (kind !== 'table') throw madeUp(name, `${table} is a ${kind === 'view' ? kind : `${kind} table`}`);
  const computed = database.prepare('SELECT name FROM pragma_table_xinfo(?) WHERE hidden = 2').pluck();
  const column = computed.get(table);
  if (column !== undefined) throw madeUp(name, `${table}.${column} is computed`);
  return true;
}

function madeUp(name: string, what: string): DeploytrackError {
  return new DeploytrackError({
    code: 'FILE',
    message: `${name} cannot be read: ${what}, not stored`,
    hint: 'import a copy in which it is a table: `CREATE TABLE … AS SELECT …` makes one',
  });
}

/** No host has deployed so often. */
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
