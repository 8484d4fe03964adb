import { expect } from 'vitest';
import { storeAddress } from '../../src/fleet/storeAddress.ts';
import { type Synced, sync } from '../../src/fleet/sync.ts';
import { sentTables } from '../../src/ledger/file/storeTables.ts';
import { Store } from '../../src/ledger/store.ts';
import type { LedgerWorld } from '../ledger/ledgerWorld.ts';
import type { Postgres } from '../support/postgres.ts';

/** Sends the rows of a ledger as `sync` does, by a connection to the ledger of its own. */
export async function syncFrom(
  { context, path }: Pick<LedgerWorld, 'context' | 'path'>,
  { url, budgetMs = 60_000, insists = false }: { url: string; budgetMs?: number; insists?: boolean },
): Promise<Synced> {
  const store = new Store(context, {
    ledgerPath: path,
    ledgerTimeoutMs: 5000,
    migrate: false,
    fallback: null,
  } as unknown as ConstructorParameters<typeof Store>[1]);
  try {
    return await sync({ context, store, address: storeAddress(url), budgetMs, insists });
  } finally {
    store.close();
  }
}

export function ledgerIdOf({ rows }: Pick<LedgerWorld, 'rows'>): string {
  return String(rows('SELECT ledger_id AS id FROM ledger')[0]?.id);
}

const notSent = new Set(['caller', 'ledger_id', 'received_at']);
const isTime = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/** A row without what only one side has; times without their notation. */
const comparable = (row: Readonly<Record<string, unknown>>) =>
  JSON.stringify(
    Object.entries(row)
      .filter(([name, value]) => !notSent.has(name) && value !== null)
      .map(([name, value]) => [
        name,
        typeof value === 'string' && isTime.test(value) ? Date.parse(value) : value,
      ])
      .sort(),
  );

/** Every value of every table in the store is that of the ledger, and there is nothing else. */
export function expectSame(
  postgres: Postgres,
  ledger: { readonly rows: (sql: string) => readonly Readonly<Record<string, unknown>>[] },
): void {
  const [{ id } = { id: '' }] = ledger.rows('SELECT ledger_id AS id FROM ledger') as { id: string }[];
  for (const table of Object.keys(sentTables)) {
    const own = ledger.rows(`SELECT * FROM ${table}`).map(comparable).sort();
    const theirs = postgres
      .rows(`SELECT * FROM deploytrack.${table} WHERE ledger_id = '${id}'`)
      .map(comparable)
      .sort();
    expect([table, theirs]).toEqual([table, own]);
  }
}
