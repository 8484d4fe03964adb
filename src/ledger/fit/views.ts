import type { Database } from '../file/addon.ts';
import { transaction } from '../file/transaction.ts';
import { type FitTable, ownTables, publicTables } from './tables.ts';
import { unfitCases } from './unfit.ts';

/** Called for rows and values that no version of deploytrack has written: one line without their content, once each. */
export type LeftOut = (what: string) => void;

const allTables: Readonly<Record<string, FitTable>> = { ...publicTables, ...ownTables };
const tell = 'deploytrack_left_out';

/**
 * From here on this connection reads its tables through views of the same names: without invalid rows, and with null
 * for invalid values. Each one that is found is reported. Such a connection must not write to a table.
 */
export function readFitRows(database: Database, leftOut: LeftOut): void {
  define(database, leftOut);
  makeViews(database, { tables: Object.keys(allTables), isFit: false });
}

/**
 * For callers that read a whole table more than once. If every row is known to be valid, the rows are not checked again
 * one by one. Applies to the present content of the table.
 */
export function knowRows(database: Database, { table, isFit }: { table: string; isFit: boolean }): void {
  dropViews(database, [table]);
  makeViews(database, { tables: [table], isFit });
}

/**
 * Like `readFitRows` while `work` runs, for these tables only: for a connection that writes. A connection that already
 * reads this way reports to `leftOut` from here on, if given.
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
    makeViews(database, { tables, isFit: false });
    return work();
  } finally {
    dropViews(database, tables);
  }
}

/** Checks every value of these tables through their views; everything left out is reported. */
export function lookAtAll(database: Database, tables: readonly string[] = Object.keys(allTables)): void {
  for (const table of tables) {
    const columns = Object.keys(allTables[table]?.others ?? {});
    const looked = ['1', ...columns.map((column) => `(${column} IS NULL)`)].join(' + ');
    database.prepare(`SELECT total(${looked}) FROM ${table}`).get();
  }
}

/** Checks every row of these tables, and its required values; everything left out is reported. */
export function lookAtRows(database: Database, tables: readonly string[]): void {
  for (const table of tables) database.prepare(`SELECT count(*) FROM ${table}`).get();
}

/**
 * The same for rows of these tables since a time, from their index of times. Those before it cannot concern a caller who asks for rows since
 * then; those with a time that does not begin like one are checked too.
 */
export function lookAtRowsSince(
  database: Database,
  { tables, from }: { tables: readonly string[]; from: string },
): void {
  for (const table of tables)
    for (const range of ['at >= ?', "at < '0' AND ? IS NOT NULL", 'at IS NULL AND ? IS NOT NULL'])
      database.prepare(`SELECT count(*) FROM ${table} WHERE ${range}`).get(from);
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

/** The columns of each of these tables that is there: one statement for all, since each costs a start time. */
function columnsOf(database: Database, tables: readonly string[]): ReadonlyMap<string, Set<string>> {
  const rows = database
    .prepare<unknown[], { table: string; column: string }>(
      `SELECT tables.value AS "table", columns.name AS "column"
       FROM json_each(?) AS tables JOIN pragma_table_xinfo(tables.value, 'main') AS columns`,
    )
    .all(JSON.stringify(tables));
  const found = new Map<string, Set<string>>();
  for (const { table, column } of rows) {
    const names = found.get(table) ?? new Set();
    found.set(table, names.add(column));
  }
  return found;
}

function needsOf(names: ReadonlySet<string>, table: string): { isFit: string; whys: string } {
  const needs = Object.entries(allTables[table]?.needs ?? {}).filter(([name]) => names.has(name));
  const isFit = needs.map(([name, { sql }]) => `(${sql(name)})`).join(' AND ');
  const whys = unfitCases(Object.fromEntries(needs), 'was left out: ');
  return { isFit: isFit === '' ? '1' : isFit, whys };
}

/** Checks the rows of a table; those for which `condition` is true, as SQL with the values that it binds. */
export function everyRowIsFit(
  database: Database,
  {
    table,
    condition,
    values,
  }: { table: string; condition: string; values: Readonly<Record<string, string>> },
): boolean {
  const names = columnsOf(database, [table]).get(table);
  if (names === undefined) return true;
  const { isFit } = needsOf(names, table);
  const wrong = database.prepare(
    `SELECT 1 FROM main.${table} WHERE (${condition}) AND (${isFit}) IS NOT 1 LIMIT 1`,
  );
  return wrong.get(values) === undefined;
}

/** In one transaction: SQLite reads its temporary schema anew after each. */
function makeViews(
  database: Database,
  { tables, isFit }: { tables: readonly string[]; isFit: boolean },
): void {
  const columns = columnsOf(database, tables);
  const sql = [...columns].map(([table, names]) => viewSql(names, { table, isFit })).join('');
  transaction(database, { mode: 'read' }, () => database.exec(sql));
}

/** If a table or a column is missing, the statement that uses it reports that. */
function viewSql(names: ReadonlySet<string>, { table, isFit }: { table: string; isFit: boolean }): string {
  const { key, others = {} } = allTables[table] ?? {};
  const needs = needsOf(names, table);
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
  return `CREATE TEMP VIEW ${table} AS SELECT ${columns.join(', ')} FROM main.${table}${where};\n`;
}

function readsFitRows(database: Database): boolean {
  return database.prepare("SELECT 1 FROM temp.sqlite_master WHERE type = 'view' LIMIT 1").get() !== undefined;
}

function dropViews(database: Database, tables: readonly string[]): void {
  const sql = tables.map((table) => `DROP VIEW IF EXISTS temp.${table};\n`).join('');
  transaction(database, { mode: 'read' }, () => database.exec(sql));
}
