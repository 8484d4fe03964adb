import type { Database } from '../file/addon.ts';
import { type FitTable, ownTables, publicTables } from './tables.ts';
import { unfitCases } from './unfit.ts';

/** Told what a ledger holds that no version of ours has written: a line without its words, once for each. */
export type LeftOut = (what: string) => void;

const allTables: Readonly<Record<string, FitTable>> = { ...publicTables, ...ownTables };
const tell = 'deploytrack_left_out';

/**
 * From here on this connection reads its tables through views of the same names: without the rows that hold what they
 * cannot, and with nothing where a value is none. What is met of that is told. Such a connection writes into no table.
 */
export function readFitRows(database: Database, leftOut: LeftOut): void {
  define(database, leftOut);
  for (const table of Object.keys(allTables)) makeView(database, { table, isFit: false });
}

/**
 * For whoever reads a table as a whole, and more than once: it is looked through, and where every row is fit they are not
 * looked at again one by one. Holds for what the table has now.
 */
export function lookThrough(database: Database, tables: readonly string[]): void {
  for (const table of tables) {
    const isFit = everyRowIsFit(database, table);
    dropView(database, table);
    makeView(database, { table, isFit });
  }
}

/**
 * As `readFitRows` for as long as `work` lasts, with these tables alone: for a connection that writes. One that reads so
 * anyway tells `leftOut` from here on, where there is one.
 */
export function withFitRows<Result>(
  database: Database,
  { leftOut, work, ...asked }: { tables: readonly string[] | 'all'; leftOut?: LeftOut; work: () => Result },
): Result {
  const tables = asked.tables === 'all' ? Object.keys(allTables) : asked.tables;
  const hasViews = readsFitRows(database);
  if (!hasViews || leftOut !== undefined) define(database, leftOut ?? (() => {}));
  if (hasViews) return work();
  try {
    for (const table of tables) makeView(database, { table, isFit: false });
    return work();
  } finally {
    for (const table of tables) dropView(database, table);
  }
}

/** Looks at every value of these tables through their views; all that is left out is told. */
export function lookAtAll(database: Database, tables: readonly string[] = Object.keys(allTables)): void {
  for (const table of tables) {
    const columns = Object.keys(allTables[table]?.others ?? {});
    const looked = ['1', ...columns.map((column) => `(${column} IS NULL)`)].join(' + ');
    database.prepare(`SELECT total(${looked}) FROM ${table}`).get();
  }
}

/** Looks at every row of these tables, and at what each needs; all that is left out is told. */
export function lookAtRows(database: Database, tables: readonly string[]): void {
  for (const table of tables) database.prepare(`SELECT count(*) FROM ${table}`).get();
}

/** Never twice the same, and not without end. */
const mostTold = 1000;

function define(database: Database, leftOut: LeftOut): void {
  const known = new Set<string>();
  database.function(tell, (table: unknown, row: unknown, what: unknown): null => {
    const line = `${row === null ? 'a row' : `row ${String(row)}`} of ${String(table)} ${String(what)}`;
    if (known.has(line) || known.size >= mostTold) return null;
    known.add(line);
    leftOut(line);
    return null;
  });
}

function needsOf(database: Database, table: string): { names: Set<string>; isFit: string; whys: string } {
  const found = database.pragma(`main.table_xinfo(${table})`) as { name: string }[];
  const names = new Set(found.map(({ name }) => name));
  const needs = Object.entries(allTables[table]?.needs ?? {}).filter(([name]) => names.has(name));
  const isFit = needs.map(([name, { sql }]) => `(${sql(name)})`).join(' AND ');
  const whys = unfitCases(Object.fromEntries(needs), 'was left out: ');
  return { names, isFit: isFit === '' ? '1' : isFit, whys };
}

function everyRowIsFit(database: Database, table: string): boolean {
  const { names, isFit } = needsOf(database, table);
  if (names.size === 0) return true;
  return (
    database.prepare(`SELECT 1 FROM main.${table} WHERE (${isFit}) IS NOT 1 LIMIT 1`).get() === undefined
  );
}

/** Of a table that is not there, or lacks a column, the statement that asks for it tells. */
function makeView(database: Database, { table, isFit }: { table: string; isFit: boolean }): void {
  const { key, others = {} } = allTables[table] ?? {};
  const { names, ...needs } = needsOf(database, table);
  if (names.size === 0) return;
  const row = key ?? 'NULL';
  const columns = [...names].map((name) => {
    const check = others[name];
    if (check === undefined) return `"${name.replaceAll('"', '""')}"`;
    const noted = `${tell}('${table}', ${row}, 'is read without its ${name}, which ${check.wrong}')`;
    const instead = check.instead === undefined ? noted : `ifnull(${noted}, ${check.instead})`;
    return `CASE WHEN ${check.sql(name)} THEN ${name} WHEN ${name} IS NOT NULL THEN ${instead} END AS ${name}`;
  });
  const where =
    isFit || needs.whys === ''
      ? ''
      : ` WHERE (${needs.isFit}) OR ${tell}('${table}', ${row}, CASE ${needs.whys} END)`;
  database.exec(`CREATE TEMP VIEW ${table} AS SELECT ${columns.join(', ')} FROM main.${table}${where}`);
}

function readsFitRows(database: Database): boolean {
  return database.prepare("SELECT 1 FROM temp.sqlite_master WHERE type = 'view' LIMIT 1").get() !== undefined;
}

function dropView(database: Database, table: string): void {
  database.exec(`DROP VIEW IF EXISTS temp.${table}`);
}
