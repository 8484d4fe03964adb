import type { DatabaseSync, StatementSync } from 'node:sqlite';
import type { Database } from '../../src/ledger/file/addon.ts';
import { nodeSqlite, openByNode } from '../../src/ledger/file/nodeSqlite.ts';

const sqlite = nodeSqlite() as typeof import('node:sqlite');

interface Options {
  readonly readonly?: boolean;
  readonly timeout?: number;
  readonly verbose?: (sql: string) => void;
}

/**
 * Replaces better-sqlite3 in tests that run with Node's own SQLite: a test must open files with the same
 * library as the program, because two libraries in one process do not see each other's locks. With the
 * additional methods that tests use.
 */
export default function SqliteDatabase(place: string | Buffer = ':memory:', options: Options = {}): Database {
  const { readonly = false, timeout = 5000, verbose } = options;
  let base: DatabaseSync | undefined;
  const DatabaseSync = class extends sqlite.DatabaseSync {
    constructor(...words: ConstructorParameters<typeof sqlite.DatabaseSync>) {
      super(...words);
      base = this;
    }

    override prepare(sql: string): StatementSync {
      const statement = super.prepare(sql);
      return verbose === undefined ? statement : telling(statement, verbose);
    }
  };
  const database = openByNode({ ...sqlite, DatabaseSync }, { place, readonly, timeoutMs: timeout });
  const unsafeMode = () => (base as unknown as { enableDefensive(on: boolean): void }).enableDefensive(false);
  return Object.assign(database, { unsafeMode });
}

function telling(statement: StatementSync, verbose: (sql: string) => void): StatementSync {
  for (const name of ['all', 'get', 'run'] as const) {
    const work = statement[name].bind(statement) as (...values: unknown[]) => unknown;
    statement[name] = ((...values: unknown[]) => {
      const result = work(...values);
      verbose(statement.expandedSQL);
      return result;
    }) as never;
  }
  return statement;
}
