import type { Context } from '../context.ts';
import { stopwatch } from '../duration.ts';
import { sentTables } from '../ledger/file/storeTables.ts';
import { openStore, type StoreFacts } from './openStore.ts';
import type { StoreAddress } from './storeAddress.ts';
import { StoreError, storeError } from './storeProblem.ts';
import { rowSchema } from './tables.ts';

/**
 * What a store has of a ledger, after everything that keeps a host from writing to it was looked for, without writing.
 * Throws a StoreError for the first problem.
 */
export async function examineStore(
  context: Context,
  address: StoreAddress,
  { ledgerId, timeoutMs }: { ledgerId: string; timeoutMs: number },
): Promise<StoreFacts> {
  const tookMs = stopwatch(context);
  const leftMs = () => Math.max(1, timeoutMs - tookMs());
  const { connection, facts } = await openStore(context, address, { ledgerId, leftMs });
  try {
    const query = async (text: string) =>
      (await connection.query(text, { timeoutMs: leftMs() })).rows as Record<string, string>[];
    const [readOnly] = await query("SELECT current_setting('transaction_read_only') AS state");
    if (readOnly?.state === 'on') throw problem(address, 'is read-only', 'connect to the primary server');
    const tables = ['ledgers', 'hosts', ...Object.keys(sentTables)].map((name) => `('${rowSchema}.${name}')`);
    const rights = ['SELECT', 'INSERT', 'UPDATE'].map((right) => `has_table_privilege(name, '${right}')`);
    const [closed] = await query(
      `SELECT name FROM (VALUES ${tables.join(', ')}) AS t (name) WHERE NOT (${rights.join(' AND ')}) LIMIT 1`,
    );
    if (closed !== undefined)
      throw problem(
        address,
        `does not let ${address.user} write to ${closed.name}`,
        'grant the rights that `deploytrack sync --print-schema` lists',
      );
    return facts;
  } catch (error) {
    throw storeError(error, address.shown);
  } finally {
    connection.close();
  }
}

function problem({ shown }: StoreAddress, what: string, hint: string): StoreError {
  return new StoreError({ message: `the store ${shown} ${what}`, hint, fate: 'later' });
}
