import { usageError } from '../errors.ts';
import type { Session } from '../session.ts';
import { connect } from './connect.ts';
import type { Query } from './stats/query.ts';
import { storeError } from './storeProblem.ts';
import { storeSetting } from './storeSetting.ts';

const timeoutMs = 120_000;

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
  const connection = await connect(session.context, address, { timeoutMs });
  try {
    return await ask(async (text, values) => (await connection.query(text, { values, timeoutMs })).rows);
  } catch (error) {
    throw storeError(error, address.shown);
  } finally {
    connection.close();
  }
}
