import { copyFileSync, mkdtempSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { DeploytrackError } from '../../errors.ts';
import type { Database } from '../file/addon.ts';
import { openFile } from '../file/open.ts';
import { applicationId } from '../file/schemaVersion.ts';

/** The tables that may contain older deployments, the newer one first. */
const tables = ['deployment_metrics', 'deployment_history'] as const;

export interface OlderRow {
  readonly table: (typeof tables)[number];
  /** Its `id`, otherwise its position. */
  readonly row: number;
  readonly columns: Readonly<Record<string, unknown>>;
}

/** The parts of a SQLite file that are copied: changes that were not written back yet are in files next to it. */
const besides = ['', '-wal'] as const;
const mostTries = 5;

/**
 * The rows of an older database, from a copy: nothing is written to the file or its folder. Throws FILE if it cannot be
 * read, is being written, or is not a known database.
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

/** A rollback journal tells SQLite which file to remove after playback: any file that we may remove. */
function refuseJournal(path: string, name: string): void {
  if ((statSync(`${path}-journal`, { throwIfNoEntry: false })?.size ?? 0) === 0) return;
  throw new DeploytrackError({
    code: 'FILE',
    message: `${name} cannot be read: ${name}-journal holds an unfinished change`,
    hint: `open ${name} once with sqlite3 on its original host, then import it`,
  });
}

/** A consistent copy: repeated if the file changed meanwhile. */
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
      hint: `run \`deploytrack export --ledger ${name} --out <file>\` to write what can be imported`,
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

/** Whether there is such a table. Throws if its rows are computed while they are read, which may take forever. */
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

/** More than any host has deployments. */
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
