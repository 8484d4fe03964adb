import { isBuiltin } from 'node:module';
import type { DatabaseSync, SQLInputValue as Value } from 'node:sqlite';
import type { Database, Statement } from './addon.ts';
import { resultCode } from './resultCode.ts';

export type NodeSqlite = typeof import('node:sqlite');

/**
 * The SQLite of this Node; null if there is none, or one that loses data: before 24.16 and 26.1 it truncates text at a
 * NUL and cannot open a database from memory, and it prints on stderr that it is experimental.
 */
export function nodeSqlite(): NodeSqlite | null {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const isWhole = major === 24 ? minor >= 16 : major === 26 ? minor >= 1 : major > 26;
  return isWhole && isBuiltin('node:sqlite') ? (require('node:sqlite') as NodeSqlite) : null;
}

/**
 * Opens like the addon: a file by its path, `:memory:`, or the bytes of a whole file. Throws errors with SQLite's
 * codes.
 */
export function openByNode(
  { DatabaseSync }: NodeSqlite,
  { place, readonly, timeoutMs: timeout }: { place: string | Buffer; readonly: boolean; timeoutMs: number },
): Database {
  const name = typeof place === 'string' ? place : ':memory:';
  // Here a path may be a URI, which the addon does not support.
  const path = name.startsWith('file:') ? `./${name}` : name;
  return told(() => {
    const how = { readOnly: readonly && name === place, timeout, defensive: true };
    const base = new DatabaseSync(path, how) as Base;
    if (typeof place !== 'string') base.deserialize(place);
    return asDatabase(base, name);
  });
}

/** With members that Node's types do not have yet. */
type Base = DatabaseSync & { deserialize(bytes: Buffer): void; serialize(): Uint8Array };

function asDatabase(base: Base, name: string): Database {
  return {
    name,
    get inTransaction() {
      return base.isOpen && base.isTransaction;
    },
    prepare: <Values extends unknown[], Row>(sql: string) => asStatement<Values, Row>(base, sql),
    exec: (sql) => told(() => base.exec(sql)),
    pragma(sql, { simple = false } = {}) {
      const statement = asStatement(base, `PRAGMA ${sql}`);
      return simple ? statement.pluck().get() : statement.all();
    },
    function(called, work) {
      const own = (...values: unknown[]) => work(...values.map(fromSqlite)) as Value;
      Object.defineProperty(own, 'length', { value: work.length }); // SQLite accepts this many values
      told(() => base.function(called, { useBigIntArguments: true }, own));
    },
    serialize: () => Buffer.from(told(() => base.serialize())),
    close: () => base.isOpen && told(() => base.close()),
  };
}

function asStatement<Values extends unknown[], Row>(base: Base, sql: string): Statement<Values, Row> {
  const prepared = told(() => base.prepare(sql));
  prepared.setReadBigInts(true); // a number above 2^53 would be rejected
  prepared.setReturnArrays(true);
  prepared.setAllowUnknownNamedParameters(true);
  let shape: 'record' | 'first' | 'list' = 'record';
  const shaped = (rows: unknown[][]) => {
    if (shape === 'first') return rows.map(([first]) => fromSqlite(first) as Row);
    if (shape === 'list') return rows.map((row) => row.map(fromSqlite) as Row);
    const names = prepared.columns().map((column) => column.name);
    return rows.map((row) => Object.fromEntries(names.map((name, at) => [name, fromSqlite(row[at])])) as Row);
  };
  const statement: Statement<Values, Row> = {
    busy: false, // an iterator gives what was read as a whole
    get reader() {
      return prepared.columns().length > 0;
    },
    run(...values) {
      const { changes, lastInsertRowid } = told(() => prepared.run(...bound(values)));
      return { changes: Number(changes), lastInsertRowid: Number(lastInsertRowid) };
    },
    get(...values) {
      const row = told(() => prepared.get(...bound(values))) as unknown[] | undefined;
      return row === undefined ? undefined : shaped([row])[0];
    },
    all: (...values) => shaped(told(() => prepared.all(...bound(values))) as unknown as unknown[][]),
    iterate: (...values) => statement.all(...values).values(),
    pluck: (on = true) => as(on ? 'first' : 'record'),
    raw: (on = true) => as(on ? 'list' : 'record'),
  };
  const as = (next: typeof shape) => {
    shape = next;
    return statement;
  };
  return statement;
}

/** By position or by name; a missing one is NULL, as with the addon. */
function bound(values: readonly unknown[]): [Record<string, Value>, ...Value[]] {
  const isNamed = (value: unknown) =>
    typeof value === 'object' && value !== null && !ArrayBuffer.isView(value);
  const named = (value: object) =>
    Object.fromEntries(Object.entries(value).map(([name, one]) => [name, one ?? null]));
  return values.map((value) => (isNamed(value) ? named(value as object) : (value ?? null))) as never;
}

/** Numbers of any size, and bytes, as the addon returns them. */
function fromSqlite(value: unknown): unknown {
  if (typeof value === 'bigint') return Number(value);
  return value instanceof Uint8Array ? Buffer.from(value.buffer, value.byteOffset, value.byteLength) : value;
}

/** Errors of SQLite get the name of their code, as with the addon. */
function told<Result>(act: () => Result): Result {
  try {
    return act();
  } catch (error) {
    const { errcode } = error as { errcode?: number };
    throw errcode === undefined ? error : Object.assign(error as Error, { code: resultCode(errcode) });
  }
}
