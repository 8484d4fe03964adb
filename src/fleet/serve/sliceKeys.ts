import type { LimitedFilter } from '../../ledger/read/filter.ts';
import type { SlicedDeployment } from '../../ledger/sync/sliceFile.ts';
import { matching, places } from '../condition.ts';
import type { Connection } from '../connect.ts';
import { viewSchema } from '../tables.ts';
import { timeoutMs } from './storeConnection.ts';

/** A deployment of the store as it is now. */
export interface StoredKey extends SlicedDeployment {
  /** Unix ms. */
  readonly startedMs: number;
  /** When it came into the store, by the clock of the store; Unix ms. */
  readonly arrivedMs: number;
  /** Whether it matches the filter; false if it was excluded from statistics since. */
  readonly isMeant: boolean;
}

type Row = Readonly<Record<'ledger_id' | 'deployment_id' | 'token' | 'started', string>> & { meant: boolean };

/** A transaction that began earlier may end later: what came within this time is looked at again. */
const overlapMs = 30_000;

const columns = `d.ledger_id, d.deployment_id, CAST(CAST(extract(epoch FROM d.received_at) * 1000000 AS bigint) AS text) AS token,
    CAST(CAST(extract(epoch FROM d.deployment_started_at) * 1000 AS bigint) AS text) AS started`;

/** The newest ones that match, newest first. */
export async function newestKeys(connection: Connection, filter: LimitedFilter): Promise<StoredKey[]> {
  const { values, place } = places();
  const condition = matching(filter, { place });
  const { rows } = await connection.query(
    `SELECT ${columns}, true AS meant FROM ${viewSchema}.deployment_metrics AS d WHERE ${condition}
     ORDER BY d.deployment_started_at DESC, d.ledger_id, d.id DESC LIMIT ${place(filter.limit)}`,
    { values, timeoutMs },
  );
  return (rows as Row[]).map(keyOf);
}

/** What came into the store since a time on its clock, and shortly before; at most `filter.limit`. */
export async function changedKeys(
  connection: Connection,
  { filter, sinceMs }: { filter: LimitedFilter; sinceMs: number },
): Promise<StoredKey[]> {
  const { values, place } = places();
  const condition = matching(filter, { place });
  const { rows } = await connection.query(
    `SELECT ${columns}, coalesce(${condition}, false) AS meant FROM ${viewSchema}.deployment_metrics AS d
     WHERE d.received_at > ${place(new Date(sinceMs - overlapMs).toISOString())} ORDER BY d.received_at DESC LIMIT ${place(filter.limit)}`,
    { values, timeoutMs },
  );
  return (rows as Row[]).map(keyOf);
}

function keyOf(row: Row): StoredKey {
  return {
    ledgerId: row.ledger_id,
    deploymentId: row.deployment_id,
    token: row.token,
    startedMs: Number(row.started),
    arrivedMs: Math.floor(Number(row.token) / 1000),
    isMeant: row.meant,
  };
}
