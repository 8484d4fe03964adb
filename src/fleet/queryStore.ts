import type { Context } from '../context.ts';
import { usageError } from '../errors.ts';
import type { Session } from '../session.ts';
import { connect } from './connect.ts';
import { readingError } from './readingProblem.ts';
import type { Query } from './stats/query.ts';
import type { StoreAddress } from './storeAddress.ts';
import { storeSetting } from './storeSetting.ts';

const timeoutMs = 120_000;
const connectMs = 30_000;

/** Asks the store that is meant by `--store`. Throws a usage error if none is set, and a StoreError. */
export async function queryStore<Result>(
  session: Session,
  said: string | true,
  ask: (query: Query) => Promise<Result>,
): Promise<Result> {
  const address = await storeSetting(session, said);
  if (address === null)
    throw usageError(
      `${session.command.name}: no store is set`,
      'use --store postgres://user@host/database, or set DEPLOYTRACK_STORE_URL',
    );
  return queryAt(session.context, address, ask);
}

/** The same at a known address. */
export async function queryAt<Result>(
  context: Context,
  address: StoreAddress,
  ask: (query: Query) => Promise<Result>,
): Promise<Result> {
  const asReading = (error: unknown) => {
    throw readingError(error, address.shown);
  };
  const connection = await connect(context, address, { timeoutMs: connectMs }).catch(asReading);
  try {
    return await ask(
      async (text, values) => (await connection.query(text, { values, timeoutMs }).catch(asReading)).rows,
    );
  } finally {
    connection.close();
  }
}
