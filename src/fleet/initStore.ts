import type { Context } from '../context.ts';
import { emptyColumns } from '../ledger/sync/emptyColumns.ts';
import { changeSchema } from './changeSchema.ts';
import { type Connection, connect } from './connect.ts';
import { existingSchema } from './existingSchema.ts';
import { missingColumns } from './missingColumns.ts';
import { grants, type Named, schemaStatements, type View } from './schemaSql.ts';
import type { StoreAddress } from './storeAddress.ts';
import { StoreError, storeError } from './storeProblem.ts';
import { rowSchema, storeVersion } from './tables.ts';

const timeoutMs = 30_000;

const roles = { writer: 'deploytrack_writer', reader: 'deploytrack_reader' } as const;

export interface Initialized {
  readonly schema: 'up to date' | 'of a newer version';
  /** The roles that have got their rights: those of `printSchema` that exist. */
  readonly granted: readonly string[];
  readonly missing: readonly string[];
}

/**
 * Creates the schema of a store, or what it lacks of it, and gives the roles their rights; nothing is deleted. A schema of
 * a newer version is left as it is. Throws a StoreError.
 */
export async function initStore(context: Context, address: StoreAddress): Promise<Initialized> {
  const connection = await connect(context, address, { timeoutMs, reads: true });
  try {
    const version = await versionOf(connection);
    if (version > storeVersion) return { schema: 'of a newer version', granted: [], missing: [] };
    const change = (statements: readonly string[], how: { isLong: boolean }) =>
      changeSchema(context, connection, { statements, ...how });
    const columns = emptyColumns();
    const { tables, ...rest } = schemaStatements(columns);
    await change(tables, { isLong: false });
    // It looks at all rows, for the range of the new column.
    await change(await missingColumns(connection, { columns, timeoutMs }), { isLong: true });
    const existing = await existingSchema(connection, { timeoutMs });
    const isMissing = ({ name }: Named) => !existing.indexes.has(name);
    const isOther = (view: View) => version !== storeVersion || !existing.hasView(view);
    await change(sqlOf(rest.indexes.filter(isMissing)), { isLong: true });
    await change(sqlOf(rest.views.filter(isOther)), { isLong: false });
    if (version !== storeVersion) await change([rest.version], { isLong: false });
    const there = await rolesOf(connection);
    await change(grants(there), { isLong: false });
    const names = Object.values(roles);
    const granted = names.filter((name) => Object.values(there).includes(name));
    return { schema: 'up to date', granted, missing: names.filter((name) => !granted.includes(name)) };
  } catch (error) {
    throw asOwner(error, address.shown);
  } finally {
    connection.close();
  }
}

const sqlOf = (named: readonly Named[]): string[] => named.map(({ sql }) => sql);

/** 0: there is none. */
async function versionOf(connection: Connection): Promise<number> {
  const { rows: found } = await connection.query(
    `SELECT 1 FROM information_schema.tables WHERE table_schema = '${rowSchema}' AND table_name = 'store'`,
    { timeoutMs },
  );
  if (found.length === 0) return 0;
  const { rows } = await connection.query(`SELECT CAST(version AS text) AS version FROM ${rowSchema}.store`, {
    timeoutMs,
  });
  return Number((rows[0] as { version: string } | undefined)?.version ?? 0);
}

async function rolesOf(connection: Connection): Promise<Partial<typeof roles>> {
  const { rows } = await connection.query('SELECT rolname AS name FROM pg_roles WHERE rolname IN ($1, $2)', {
    values: Object.values(roles),
    timeoutMs,
  });
  const names = (rows as { name: string }[]).map(({ name }) => name);
  return Object.fromEntries(Object.entries(roles).filter(([, name]) => names.includes(name)));
}

function asOwner(error: unknown, shown: string): StoreError {
  const own = storeError(error, shown, { reads: true });
  if ((error as { code?: unknown }).code !== '42501') return own;
  return new StoreError({
    message: own.message,
    hint: 'use the owner of the database, or give its administrator the output of `deploytrack sync --print-schema`',
    fate: own.fate,
  });
}

/** The same SQL for an administrator, with the rights of two roles. */
export function printSchema(): string {
  const made = Object.values(roles).map((role) => `-- CREATE ROLE ${role} LOGIN PASSWORD '…'`);
  const { tables, additions, indexes, views, version } = schemaStatements(emptyColumns());
  const statements = (all: readonly string[]) => all.map((one) => `${one};`);
  return [
    ...made,
    '-- Without a notice about each thing that exists already',
    'SET client_min_messages = warning;',
    ...statements(tables),
    '-- What a schema of an older version lacks',
    ...statements(additions),
    ...statements([...sqlOf(indexes), ...sqlOf(views), version]),
    ...statements(grants(roles)),
  ].join('\n\n');
}
