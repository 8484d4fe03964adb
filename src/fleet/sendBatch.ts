import { headTables, sentTables } from '../ledger/file/storeTables.ts';
import type { SentColumn } from '../ledger/sync/columns.ts';
import type { HostState } from '../ledger/sync/hostStates.ts';
import type { ChangedRows } from '../ledger/sync/rowsOf.ts';
import type { Connection } from './connect.ts';
import { hostsUpserts } from './hostsTable.ts';
import { storeError } from './storeProblem.ts';
import { rowSchema } from './tables.ts';
import { headRemoval, removal, type Statement, storedText, upserts } from './upsertSql.ts';

export interface Batch {
  readonly ledgerId: string;
  readonly hostname: string;
  readonly programVersion: string;
  readonly columns: ReadonlyMap<string, readonly SentColumn[]>;
  readonly changes: readonly ChangedRows[];
  readonly hosts: readonly HostState[];
}

/**
 * Writes changes in one transaction, in two round trips. The row of a change decides: if the store has it in this
 * revision or a newer one, its other rows are left as they are, so that a batch may be sent twice and in any order.
 * Throws a StoreError; nothing is kept then, or all of it.
 */
export async function sendBatch(
  connection: Connection,
  batch: Batch & { leftMs: () => number },
): Promise<void> {
  const { leftMs, ledgerId } = batch;
  const run = ({ text, values }: Statement) => connection.query(text, { values, timeoutMs: leftMs() });
  const say = (text: string) => connection.query(text, { timeoutMs: leftMs() });
  try {
    const begun = [say('BEGIN'), say(`SET LOCAL statement_timeout = ${serversLimitMs(leftMs())}`)];
    const first = await settled([...begun, ...headStatements(batch).map(run)]);
    const written = new Set(first.flatMap(({ rows }) => rows.map((row) => Object.values(row as object)[0])));
    const changes = batch.changes.filter(({ key, rows }) => written.has(storedText(key)) || rows.size === 0);
    await settled([
      ...restStatements({ ...batch, changes }).map(run),
      ...hostsUpserts(batch.hosts, { ledgerId, revision: newestOf(batch.changes) }).map(run),
      run(ofLedger(batch)),
      say('COMMIT'),
    ]);
  } catch (error) {
    await say('ROLLBACK').catch(() => {});
    throw storeError(error, connection.shown);
  }
}

/** A little less than that of this side: its error says more, and nothing stays locked there. */
function serversLimitMs(leftMs: number): number {
  return Math.max(1, Math.ceil(leftMs * 0.9));
}

/** The first failure is the cause; those after it say only that the transaction is aborted. */
async function settled<Result>(sent: readonly Promise<Result>[]): Promise<Result[]> {
  const ends = await Promise.allSettled(sent);
  const failed = ends.find((end) => end.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
  return ends.map((end) => (end as PromiseFulfilledResult<Result>).value);
}

function headStatements({ columns, ledgerId, changes }: Batch): Statement[] {
  return Object.values(headTables).flatMap((table) =>
    upserts(table, { columns: columns.get(table) ?? [], ledgerId, changes }),
  );
}

function restStatements({ columns, ledgerId, changes }: Batch): Statement[] {
  return Object.entries(sentTables).flatMap(([table, { kind }]) => {
    const own = changes.filter((change) => change.kind === kind);
    const isHead = table === headTables[kind];
    // A row of its own was just written in this revision.
    if (isHead) {
      const gone = own.filter(({ rows }) => rows.size === 0);
      return gone.length === 0 ? [] : [headRemoval(table, { ledgerId, changes: gone })];
    }
    return [
      ...upserts(table, { columns: columns.get(table) ?? [], ledgerId, changes: own }),
      ...(own.length === 0 ? [] : [removal(table, { ledgerId, changes: own })]),
    ];
  });
}

const newestOf = (changes: readonly ChangedRows[]): number =>
  Math.max(0, ...changes.map(({ revision }) => revision));

function ofLedger({ ledgerId, hostname, programVersion, changes }: Batch): Statement {
  const revision = newestOf(changes);
  return {
    text: `INSERT INTO ${rowSchema}.ledgers AS t (ledger_id, hostname, revision, program_version) VALUES ($1, $2, CAST($3 AS bigint), $4)
ON CONFLICT (ledger_id) DO UPDATE SET hostname = excluded.hostname, program_version = excluded.program_version, received_at = now(),
    revision = CASE WHEN t.revision < excluded.revision THEN excluded.revision ELSE t.revision END`,
    values: [ledgerId, hostname, revision, programVersion],
  };
}
