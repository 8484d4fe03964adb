import type { Database } from './addon.ts';

type Statement = ReturnType<Database['prepare']>;

/** More than this program has statements. */
const mostStatements = 500;

/**
 * Makes a connection prepare each text once: in processes that live long, statements would otherwise wait for the
 * garbage collector.
 */
export function cacheStatements(database: Database): void {
  const kept = new Map<string, Statement>();
  const prepare = database.prepare.bind(database) as (sql: string) => Statement;
  database.prepare = ((sql: string) => {
    const known = kept.get(sql);
    if (known !== undefined && !known.busy) return asPrepared(known);
    const statement = prepare(sql);
    if (known === undefined && kept.size < mostStatements) kept.set(sql, statement);
    return statement;
  }) as Database['prepare'];
}

/** Reset: the previous user may have asked for single columns. */
function asPrepared(statement: Statement): Statement {
  if (statement.reader) statement.pluck(false).raw(false);
  return statement;
}

/** The same while `work` runs. */
export function withCachedStatements<Result>(database: Database, work: () => Result): Result {
  const own = Object.getOwnPropertyDescriptor(database, 'prepare');
  cacheStatements(database);
  try {
    return work();
  } finally {
    if (own === undefined) Reflect.deleteProperty(database, 'prepare');
    else Object.defineProperty(database, 'prepare', own);
  }
}
