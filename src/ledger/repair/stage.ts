import type { Database } from '../file/addon.ts';
import { openFile } from '../file/open.ts';
import { type Schema, type Shape, valuesOf } from './shapes.ts';
import type { Entry } from './tree.ts';

/** Holds the rows before they are checked: the tables of a ledger without keys and constraints. */
export interface Stage {
  readonly database: Database;
  /** Adds a row; false if the entry is not one of this table. */
  add(shape: Shape, entry: Entry): boolean;
  /** Notes that a row exists, as an index says. */
  note(table: string, row: { deploymentId: string; rowid: number }): void;
}

/** SQLite reserves the name of its own table. */
export const sequences = 'sequences';

export function openStage(path: string, { shapes }: Schema): Stage {
  const database = openFile(path);
  database.pragma('journal_mode = OFF');
  database.pragma('synchronous = OFF');
  for (const { table, columns } of shapes) {
    const list = columns.map(
      ({ name, type, otherwise }) => `"${name}" ${type}${otherwise === null ? '' : ` DEFAULT ${otherwise}`}`,
    );
    database.exec(`CREATE TABLE ${nameOf(table)} (${list.join(', ')})`);
  }
  database.exec('CREATE TABLE noted (of_table TEXT, deployment_id TEXT, row_id INTEGER)');
  const inserts = new Map<string, { run(...values: unknown[]): unknown }>();
  const insertOf = (shape: Shape, length: number) => {
    const key = `${shape.table} ${length}`;
    const names = shape.columns.slice(0, length).map(({ name }) => `"${name}"`);
    const known =
      inserts.get(key) ??
      database.prepare(
        `INSERT INTO ${nameOf(shape.table)} (${names.join(', ')}) VALUES (${names.map(() => '?').join(', ')})`,
      );
    inserts.set(key, known);
    return known;
  };
  const note = database.prepare('INSERT INTO noted VALUES (?, ?, ?)');
  return {
    database,
    add(shape, entry) {
      const values = valuesOf(shape, entry);
      if (values !== null) insertOf(shape, values.length).run(...values);
      return values !== null;
    },
    note: (table, { deploymentId, rowid }) => note.run(table, deploymentId, rowid),
  };
}

export function nameOf(table: string): string {
  return table === 'sqlite_sequence' ? sequences : table;
}
