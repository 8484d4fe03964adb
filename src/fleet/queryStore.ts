import type { Context } from '../context.ts';
import { stopwatch } from '../duration.ts';
import type { Session } from '../session.ts';
import { type Connection, connect } from './connect.ts';
import { retried } from './retried.ts';
import type { Query } from './stats/query.ts';
import type { StoreAddress } from './storeAddress.ts';
import { storeError } from './storeProblem.ts';
import { requiredStore } from './storeSetting.ts';

/** For each statement: some read all deployments. */
const statementMs = 120_000;
const connectMs = 30_000;

/** Time limits for connecting, and for each statement. */
interface Limits {
  readonly connectMs: number;
  readonly statementMs: number;
}

/** Asks the store that is meant by `--store`. Throws a usage error if none is set, and a StoreError. */
export async function queryStore<Result>(
  session: Session,
  said: string | true,
  ask: (query: Query) => Promise<Result>,
): Promise<Result> {
  return queryAt(session.context, await requiredStore(session, said), ask);
}

/**
 * The same at a known address. All that `ask` reads is one state of the store: the figures of a report fit together. What
 * the database aborts, as a standby does for its primary, is asked again from the beginning.
 */
export async function queryAt<Result>(
  context: Context,
  address: StoreAddress,
  ask: (query: Query) => Promise<Result>,
  limits: Limits = { connectMs, statementMs },
): Promise<Result> {
  const tookMs = stopwatch(context);
  const leftMs = () => limits.statementMs - tookMs();
  return retried(context, { work: () => askOnce(context, address, { ask, limits }), leftMs });
}

async function askOnce<Result>(
  context: Context,
  address: StoreAddress,
  { ask, limits }: { ask: (query: Query) => Promise<Result>; limits: Limits },
): Promise<Result> {
  const connection = await connect(context, address, { timeoutMs: limits.connectMs, reads: true });
  // The cause: the statements after it say only that the transaction is aborted.
  let failed: unknown = null;
  const query: Query = async (text, values) => {
    try {
      return (await connection.query(text, { values, timeoutMs: limits.statementMs })).rows;
    } catch (error) {
      failed ??= error;
      throw storeError(failed, address.shown, { reads: true });
    }
  };
  try {
    const begun = begin(query, limits);
    // What is asked fails by the same cause.
    begun.catch(() => {});
    const result = await ask(query);
    await begun;
    await commit(connection, limits);
    return result;
  } finally {
    connection.close();
  }
}

/** Sent without waiting for an answer. The server itself ends a statement whose reader has stopped waiting. */
async function begin(query: Query, { statementMs: most }: Limits): Promise<void> {
  await Promise.all([
    query('BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY', []),
    query(`SET LOCAL statement_timeout = ${Math.ceil(most)}`, []),
  ]);
}

/** PgBouncer closes the connection of a server whose client has left within a transaction. Nothing depends on its result. */
async function commit(connection: Connection, { connectMs: most }: Limits): Promise<void> {
  await connection.query('COMMIT', { timeoutMs: most }).catch(() => {});
}
