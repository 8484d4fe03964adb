import type { Context } from '../context.ts';
import type { Warning } from '../errors.ts';
import { headTables } from '../ledger/file/storeTables.ts';
import type { Store } from '../ledger/store.ts';
import {
  beginStore,
  type Change,
  hasLost,
  noteLost,
  noteRestored,
  readStoreState,
  type StoreState,
} from '../ledger/sync/changes.ts';
import type { Connection } from './connect.ts';
import type { StoreFacts } from './openStore.ts';
import { keyOf, rowSchema } from './tables.ts';

/**
 * Compares what the ledger knows of the store with what the store has of the ledger: another store, and a store or a
 * ledger that was restored from a backup, get what they lack. Warns of a ledger that two hosts use.
 */
export async function agree({
  context,
  store,
  facts,
  ledgerId,
  ...asking
}: {
  readonly context: Context;
  readonly store: Store;
  readonly connection: Connection;
  readonly facts: StoreFacts;
  readonly ledgerId: string;
  readonly leftMs: () => number;
}): Promise<Warning[]> {
  const database = await store.database();
  const state = readStoreState(database);
  const { storeId, ledger } = facts;
  const above = ledger?.revision ?? 0;
  const other = otherHost({ context, state, facts });
  const isOurs = other === null;
  if (state === null || state.storeId !== storeId) {
    const nowMs = context.instant().wallMs;
    await store.write((open) => beginStore(open, { storeId, nowMs, above }));
  } else if (isOurs && above > state.sentRevision) {
    const changes = await changedSince({ ...asking, ledgerId, revision: state.sentRevision });
    await store.write((open) => noteRestored(open, { changes, above }));
  } else if (hasLost(database, { revision: above }))
    await store.write((open) => noteLost(open, { revision: above }));
  return other === null ? [] : [copiedLedger({ ledgerId, other })];
}

/** The host that has sent from a copy of this ledger; null if there is none. */
export function otherHost({
  context,
  state,
  facts,
}: {
  readonly context: Pick<Context, 'hostName'>;
  readonly state: StoreState | null;
  readonly facts: StoreFacts;
}): string | null {
  const last = facts.ledger?.hostname ?? null;
  // A host that was renamed has sent under its old name.
  return last === context.hostName() || last === (state?.host ?? null) ? null : last;
}

/** What the store has of the ledger in newer revisions. */
async function changedSince({
  connection,
  ledgerId,
  revision,
  leftMs,
}: {
  readonly connection: Connection;
  readonly ledgerId: string;
  readonly revision: number;
  readonly leftMs: () => number;
}): Promise<Change[]> {
  const parts = Object.entries(headTables).map(([kind, table]) => {
    const [key] = keyOf(table);
    return `SELECT '${kind}' AS kind, ${key} AS key, CAST(revision AS text) AS revision FROM ${rowSchema}.${table} WHERE ledger_id = $1 AND revision > CAST($2 AS bigint)`;
  });
  const { rows } = await connection.query(parts.join(' UNION ALL '), {
    values: [ledgerId, revision],
    timeoutMs: leftMs(),
  });
  return (rows as (Pick<Change, 'kind' | 'key'> & { revision: string })[]).map((row) => ({
    ...row,
    revision: Number(row.revision),
  }));
}

function copiedLedger({ ledgerId, other }: { ledgerId: string; other: string }): Warning {
  return {
    code: 'STORE',
    message: `the ledger ${ledgerId.slice(0, 8)} is also used by the host ${other}: it was copied with its machine`,
    hint: 'give one of them a ledger of its own: move the file away, then run `deploytrack init`',
  };
}
