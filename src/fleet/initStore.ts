import type { Context } from '../context.ts';
import { emptyColumns } from '../ledger/sync/emptyColumns.ts';
import { connect } from './connect.ts';
import { grants, schemaStatements } from './schemaSql.ts';
import type { StoreAddress } from './storeAddress.ts';
import { storeError } from './storeProblem.ts';

const timeoutMs = 30_000;

/** Creates the schema of a store, or what it lacks of it; nothing is deleted. Throws a StoreError. */
export async function initStore(context: Context, address: StoreAddress): Promise<void> {
  const connection = await connect(context, address, { timeoutMs });
  try {
    for (const statement of schemaStatements(emptyColumns()))
      await connection.query(statement, { timeoutMs });
  } catch (error) {
    throw storeError(error, address.shown);
  } finally {
    connection.close();
  }
}

/** The same SQL for an administrator, with the rights of two roles. */
export function printSchema(): string {
  const roles = { writer: 'deploytrack_writer', reader: 'deploytrack_reader' };
  const made = Object.values(roles).map((role) => `-- CREATE ROLE ${role} LOGIN PASSWORD '…'`);
  const statements = [...schemaStatements(emptyColumns()), ...grants(roles)].map((one) => `${one};`);
  return [...made, ...statements].join('\n\n');
}
