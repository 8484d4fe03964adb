import type { Context } from '../context.ts';
import { sentTables } from '../ledger/file/storeTables.ts';
import { queryAt } from './queryStore.ts';
import type { StoreAddress } from './storeAddress.ts';
import { rowSchema, viewSchema } from './tables.ts';

const views = [...Object.keys(sentTables), 'ledgers', 'hosts', 'deployment_history'];

/** Whether an account can read the views, and cannot reach the tables behind them. Throws a StoreError. */
export async function readsOnly(
  context: Context,
  address: StoreAddress,
  { timeoutMs }: { timeoutMs: number },
): Promise<boolean> {
  const each = views.map((view) => `(SELECT 1 FROM ${viewSchema}.${view} LIMIT 0)`);
  return queryAt(
    context,
    address,
    async (query) => {
      const [own] = await query(`SELECT has_schema_privilege('${rowSchema}', 'USAGE') AS writes`, []);
      if (own?.writes === true) return false;
      await query(each.join(' UNION ALL '), []);
      return true;
    },
    { connectMs: timeoutMs, statementMs: timeoutMs },
  );
}
