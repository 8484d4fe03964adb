import type { Database } from '../../ledger/file/addon.ts';
import { sentTables } from '../../ledger/file/storeTables.ts';
import { sliceOf } from '../../ledger/sync/slice.ts';
import type { Connection } from '../connect.ts';
import { type Key, rowsFor, withEarlier } from '../slice.ts';
import { viewSchema } from '../tables.ts';
import { timeoutMs } from './storeConnection.ts';

/**
 * Deployments of any age, and those before them on their host, as a ledger in memory that the caller closes; null if the
 * store has none of them. An ID may have the host behind it: `build-77@web-1`.
 */
export async function fetchDeployments(
  connection: Connection,
  ids: readonly string[],
): Promise<Database | null> {
  const plain = ids.map((id) => id.replace(/@[^@]*$/, ''));
  const { rows } = await connection.query(
    `SELECT d.ledger_id, d.deployment_id FROM ${viewSchema}.deployment_metrics AS d
     WHERE d.deployment_id = $1 OR d.deployment_id = $2 OR d.deployment_id = $3 OR d.deployment_id = $4
     ORDER BY d.deployment_started_at DESC LIMIT 20`,
    { values: [0, 1].flatMap((at) => [ids[at] ?? null, plain[at] ?? null]), timeoutMs },
  );
  if (rows.length === 0) return null;
  const keys = await withEarlier(connection, rows as Key[]);
  const tables = Object.entries(sentTables).filter(([, { kind }]) => kind === 'deployment');
  return sliceOf(await Promise.all(tables.map(([table]) => rowsFor(connection, { table, keys }))));
}
