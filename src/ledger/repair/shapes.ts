import { type Database, loadDriver } from '../file/addon.ts';
import { firstSchemaSql } from '../file/schema.ts';
import { schemaSteps } from '../file/schemaSteps.ts';
import { schemaVersion } from '../file/schemaVersion.ts';
import type { Entry } from './tree.ts';

interface Column {
  readonly name: string;
  readonly type: string;
  readonly isNeeded: boolean;
  /** As SQL; null if there is none. */
  readonly otherwise: string | null;
}

/** A table as its rows are stored. */
export interface Shape {
  readonly table: string;
  readonly kind: 'table' | 'index';
  /** In the order in which they are stored. */
  readonly columns: readonly Column[];
  /** The index of the column that is the row ID; -1 if there is none. */
  readonly rowidAt: number;
}

/** An object of the schema, as SQLite lists it. */
export interface SchemaRow {
  readonly type: string;
  readonly name: string;
  readonly table: string;
  readonly sql: string | null;
}

/** The schema of one version: its SQL, its tables, and all of its objects. */
export interface Schema {
  readonly version: number;
  readonly sql: string;
  readonly shapes: readonly Shape[];
  readonly rows: readonly SchemaRow[];
}

export function schemaOf(version: number): Schema {
  const sql = firstSchemaSql + schemaSteps.slice(0, version - 1).join('');
  const memory = loadDriver().open(':memory:');
  try {
    memory.exec(sql);
    return { version, sql, shapes: shapesIn(memory), rows: rowsIn(memory) };
  } finally {
    memory.close();
  }
}

/** Of every version, the newest first. */
export function allSchemas(): Schema[] {
  return Array.from({ length: schemaVersion }, (_, index) => schemaOf(schemaVersion - index));
}

function rowsIn(database: Database): SchemaRow[] {
  return database
    .prepare<unknown[], SchemaRow>('SELECT type, name, tbl_name AS "table", sql FROM sqlite_master')
    .all();
}

function shapesIn(database: Database): Shape[] {
  const tables = database
    .prepare<unknown[], { name: string; wr: number }>(
      "SELECT name, wr FROM pragma_table_list WHERE schema = 'main' AND type = 'table' AND name <> 'sqlite_schema'",
    )
    .all();
  return tables.map(({ name, wr }) => shapeOf(database, name, wr === 1));
}

function shapeOf(database: Database, table: string, isWithoutRowid: boolean): Shape {
  const all = database
    .prepare<
      unknown[],
      { name: string; type: string; notnull: number; pk: number; otherwise: string | null }
    >('SELECT name, type, "notnull", pk, dflt_value AS otherwise FROM pragma_table_info(?)')
    .all(table);
  const key = all.filter(({ pk }) => pk > 0).sort((one, other) => one.pk - other.pk);
  const stored = isWithoutRowid ? [...key, ...all.filter(({ pk }) => pk === 0)] : all;
  const isAlias = !isWithoutRowid && key.length === 1 && key[0]?.type === 'INTEGER';
  return {
    table,
    kind: isWithoutRowid ? 'index' : 'table',
    columns: stored.map(({ name, type, notnull, pk, otherwise }) => ({
      name,
      type,
      otherwise,
      isNeeded: notnull === 1 || (isWithoutRowid && pk > 0),
    })),
    rowidAt: isAlias ? stored.findIndex(({ pk }) => pk === 1) : -1,
  };
}

/** The values of an entry in the order of the columns: as many as were stored; null if it is not a row of the table. */
export function valuesOf(shape: Shape, { rowid, values }: Entry): unknown[] | null {
  const { columns, rowidAt } = shape;
  if (values.length === 0 || values.length > columns.length || (rowid === null) !== (shape.kind === 'index'))
    return null;
  if (rowidAt !== -1 && values[rowidAt] !== null) return null;
  const row = values.map((value, at) => (at === rowidAt ? rowid : value));
  return row.every((value, at) => isOfType(value, columns[at] as Column)) ? row : null;
}

/** A real number without a fraction is stored as a whole one. */
function isOfType(value: unknown, { type, isNeeded }: Column): boolean {
  if (value === null) return !isNeeded;
  if (type === 'TEXT') return typeof value === 'string';
  return type === '' || (typeof value === 'number' && (type !== 'INTEGER' || Number.isSafeInteger(value)));
}
