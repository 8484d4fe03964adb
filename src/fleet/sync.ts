import type { Context } from '../context.ts';
import { stopwatch } from '../duration.ts';
import type { Warning } from '../errors.ts';
import type { Database } from '../ledger/file/addon.ts';
import { ledgerId as ledgerIdOf } from '../ledger/push/snapshot.ts';
import type { Store } from '../ledger/store.ts';
import {
  type Change,
  countUnfit,
  countUnsent,
  noteSent,
  noteUnfit,
  retryUnfit,
  unsentChanges,
} from '../ledger/sync/changes.ts';
import { sentColumns } from '../ledger/sync/columns.ts';
import { hostStates } from '../ledger/sync/hostStates.ts';
import { readFit } from '../ledger/sync/readFit.ts';
import { rowsOf } from '../ledger/sync/rowsOf.ts';
import { programVersion } from '../programVersion.ts';
import { agree } from './agree.ts';
import type { Connection } from './connect.ts';
import { openStore } from './openStore.ts';
import { type Refused, refusedChanges } from './refusedChanges.ts';
import { retried } from './retried.ts';
import { sendBatch } from './sendBatch.ts';
import type { StoreAddress } from './storeAddress.ts';
import { StoreError } from './storeProblem.ts';

/** Deployments in one transaction: enough for thousands of rows a second, and little to repeat. */
const batchSize = 100;
/** Those of the first one: a slow store takes some of them within a short budget. */
const firstBatchSize = 10;
/** For connecting, and for one answer: a server that is silent is not waited for any longer. */
const longestAnswerMs = 30_000;

export interface Synced {
  readonly sent: number;
  readonly unsent: number;
  /** Changes that the store does not take, also earlier ones. */
  readonly refused: number;
  /** At most one for each cause. */
  readonly warnings: readonly Warning[];
}

interface Task {
  readonly context: Context;
  readonly store: Store;
  readonly address: StoreAddress;
  /** The time for everything. */
  readonly budgetMs: number;
  /** Also sends what the store has refused before. */
  readonly insists?: boolean;
  readonly progress?: (sent: number, of: number) => void;
}

/**
 * Sends what the store lacks, the oldest first, until all is sent or the time is up. Throws a StoreError if the store
 * cannot be used, and the errors of the ledger.
 */
export async function sync(task: Task): Promise<Synced> {
  const { context, store, address, budgetMs } = task;
  const tookMs = stopwatch(context);
  const leftMs = () => Math.max(1, Math.min(longestAnswerMs, budgetMs - tookMs()));
  const database = await store.database();
  const ledgerId = ledgerIdOf(database);
  const { connection, facts } = await openStore(context, address, { ledgerId, leftMs });
  try {
    const warnings = await agree({ context, store, connection, facts, ledgerId, leftMs });
    if (task.insists === true && countUnfit(database) > 0) await store.note(retryUnfit);
    const toSend = countUnsent(database);
    const refused: Refused[] = [];
    let sent = 0;
    for (let size = firstBatchSize; ; size = Math.min(batchSize, size * 2)) {
      const changes = unsentChanges(database, size);
      if (changes.length === 0 || tookMs() >= budgetMs) break;
      const unfit = await sendPart(task, { database, connection, ledgerId, changes, leftMs });
      refused.push(...unfit);
      sent += changes.length - unfit.length;
      task.progress?.(sent, toSend);
    }
    return {
      sent,
      unsent: countUnsent(database),
      refused: countUnfit(database),
      warnings: [...warnings, ...refusedChanges(refused)],
    };
  } finally {
    connection.close();
  }
}

/** One batch; if a row is refused, its halves, so that only the deployment of that row is left out. */
async function sendPart(
  task: Task,
  part: {
    readonly database: Database;
    readonly connection: Connection;
    readonly ledgerId: string;
    readonly changes: readonly Change[];
    readonly leftMs: () => number;
  },
): Promise<Refused[]> {
  const { changes } = part;
  const host = task.context.hostName();
  try {
    await sendOnce(task, part);
    await task.store.note((open) => noteSent(open, { changes, host }));
    return [];
  } catch (error) {
    if (!(error instanceof StoreError) || error.fate !== 'row') throw error;
    const [change] = changes;
    if (changes.length > 1) {
      const half = Math.ceil(changes.length / 2);
      const first = await sendPart(task, { ...part, changes: changes.slice(0, half) });
      return [...first, ...(await sendPart(task, { ...part, changes: changes.slice(half) }))];
    }
    await task.store.note((open) => noteUnfit(open, changes));
    return change === undefined ? [] : [{ change, error }];
  }
}

/** As often as the database aborts it for the sake of another transaction. */
async function sendOnce(
  { context }: Task,
  { database, connection, ledgerId, changes, leftMs }: Parameters<typeof sendPart>[1],
): Promise<void> {
  const batch = {
    ledgerId,
    hostname: context.hostName(),
    programVersion,
    columns: sentColumns(database),
    ...readFit(database, {
      changes,
      read: () => ({ changes: rowsOf(database, changes), hosts: hostStates(database, changes) }),
    }),
  };
  await retried(context, { work: () => sendBatch(connection, { ...batch, leftMs }), leftMs });
}
