import type { Context } from '../context.ts';
import { type Connection, connect } from './connect.ts';
import type { StoreAddress } from './storeAddress.ts';
import { StoreError, storeError } from './storeProblem.ts';
import { highestRevision, rowSchema, storeVersion } from './tables.ts';

/** What a store says of itself, and of one ledger. */
export interface StoreFacts {
  readonly storeId: string;
  /** What it has of the ledger; null: nothing. */
  readonly ledger: { readonly hostname: string | null; readonly revision: number } | null;
}

/** Connects, and reads what the store has of a ledger. Throws a StoreError. */
export async function openStore(
  context: Context,
  address: StoreAddress,
  { ledgerId, leftMs }: { ledgerId: string; leftMs: () => number },
): Promise<{ connection: Connection; facts: StoreFacts }> {
  const connection = await connect(context, address, { timeoutMs: leftMs() });
  try {
    const query = (text: string, values: string[] = []) =>
      connection.query(text, { values, timeoutMs: leftMs() });
    const [store, ledger] = await Promise.all([
      query(`SELECT CAST(version AS text) AS version, store_id FROM ${rowSchema}.store`),
      query(
        `SELECT hostname, CAST(revision AS text) AS revision FROM ${rowSchema}.ledgers WHERE ledger_id = $1`,
        [ledgerId],
      ),
    ]);
    const own = store.rows[0] as { version: string; store_id: string } | undefined;
    if (own === undefined || Number(own.version) < storeVersion) throw olderStore(address.shown);
    const found = ledger.rows[0] as { hostname: string | null; revision: string } | undefined;
    const seen =
      found === undefined
        ? null
        : { hostname: found.hostname, revision: revisionOf(found.revision, address.shown) };
    return { connection, facts: { storeId: own.store_id, ledger: seen } };
  } catch (error) {
    connection.close();
    throw storeError(error, address.shown);
  }
}

/** From a revision that is not one, the ledger could not count on. */
function revisionOf(text: string, shown: string): number {
  const revision = Number(text);
  if (revision >= 0 && revision <= highestRevision) return revision;
  throw new StoreError({
    message: `the store ${shown} has the impossible revision ${text} of this ledger`,
    hint: `correct it: UPDATE ${rowSchema}.ledgers SET revision = 0 WHERE ledger_id = …`,
    fate: 'later',
  });
}

/** A newer store has more columns, which stay empty for the rows of this version. */
function olderStore(shown: string): StoreError {
  return new StoreError({
    message: `the store ${shown} has the schema of an older version`,
    hint: 'run `deploytrack sync --init` as the owner of the database',
    fate: 'later',
  });
}
