import type { Context } from '../context.ts';
import type { Connection } from './connect.ts';
import { StoreError } from './storeProblem.ts';

/** A lock that is waited for keeps hosts and readers waiting behind it. */
const lockSeconds = 5;
/** On the server. */
const shortMs = 30_000;
/** An index of a table with many millions of rows. */
const longMs = 3_600_000;
/** The server ends a statement before the client stops waiting for it. */
const graceMs = 15_000;

const mostTries = 10;
const pauseMs = 100;

/** What another `--init` at the same time causes: its object is there a moment later. */
const met = /^(23505|42P06|42P07|42701|42710|XX000|40001|40P01)$/;

/** Runs statements that change the schema, each in a transaction of its own. Throws a StoreError, or what `pg` throws. */
export async function changeSchema(
  context: Context,
  connection: Connection,
  { statements, isLong }: { statements: readonly string[]; isLong: boolean },
): Promise<void> {
  for (const sql of statements)
    await insist(context, connection, { sql, limitMs: isLong ? longMs : shortMs });
}

interface Limited {
  readonly sql: string;
  readonly limitMs: number;
}

async function insist(context: Context, connection: Connection, limited: Limited): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await transact(connection, limited);
      return;
    } catch (error) {
      const code = String((error as { code?: unknown }).code);
      const problem = problemOf(code, { ...limited, shown: connection.shown });
      if (problem !== null) throw problem;
      if (tries === mostTries || !met.test(code)) throw error;
      await context.sleep(pauseMs * tries);
    }
  }
}

/** PgBouncer lets limits be set within a transaction only. */
async function transact(connection: Connection, { sql, limitMs }: Limited): Promise<void> {
  const say = (text: string, timeoutMs = shortMs) => connection.query(text, { timeoutMs });
  try {
    await say('BEGIN');
    await say(`SET LOCAL lock_timeout = ${lockSeconds * 1000}`);
    await say(`SET LOCAL statement_timeout = ${limitMs}`);
    await say(sql, limitMs + graceMs);
    // Some databases do the work here.
    await say('COMMIT', limitMs + graceMs);
  } catch (error) {
    await say('ROLLBACK', graceMs).catch(() => {});
    throw error;
  }
}

function problemOf(code: string, { sql, limitMs, shown }: Limited & { shown: string }): StoreError | null {
  const what = /deploytrack(_rows)?(\.\w+)?/.exec(sql)?.[0] ?? 'the schema';
  if (code === '55P03')
    return new StoreError({
      message: `${what} of the store ${shown} cannot be changed: another session has used it for more than ${lockSeconds} s`,
      hint: 'end that session, which pg_stat_activity lists, then run `deploytrack sync --init` again',
      fate: 'later',
    });
  if (code === '57014')
    return new StoreError({
      message: `${what} of the store ${shown} could not be changed within ${limitMs / 1000} s`,
      hint: 'run the output of `deploytrack sync --print-schema` with psql, which has no such limit',
      fate: 'later',
    });
  return null;
}
