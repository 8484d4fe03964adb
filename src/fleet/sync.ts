import type { Context } from '../context.ts';
import { stopwatch } from '../duration.ts';
import type { Warning } from '../errors.ts';
import type { Database } from '../ledger/file/addon.ts';
import { ledgerId as ledgerIdOf } from '../ledger/push/snapshot.ts';
import type { Store } from '../ledger/store.ts';
import {
  beginStore,
  type Change,
  countUnsent,
  noteLost,
  noteSent,
  noteUnfit,
  readStoreState,
  unsentChanges,
} from '../ledger/sync/changes.ts';
import { sentColumns } from '../ledger/sync/columns.ts';
import { hostStates } from '../ledger/sync/hostStates.ts';
import { rowsOf } from '../ledger/sync/rowsOf.ts';
import { programVersion } from '../programVersion.ts';
import type { Connection } from './connect.ts';
import { openStore, type StoreFacts } from './openStore.ts';
import { sendBatch } from './sendBatch.ts';
import type { StoreAddress } from './storeAddress.ts';
import { StoreError } from './storeProblem.ts';

/** Deployments in one transaction: enough for thousands of rows a second, and little to repeat. */
const batchSize = 100;
const mostRetries = 5;
const retryPauseMs = 50;

export interface Synced {
  readonly sent: number;
  readonly unsent: number;
  readonly warnings: readonly Warning[];
}

interface Task {
  readonly context: Context;
  readonly store: Store;
  readonly address: StoreAddress;
  /** The time for everything. */
  readonly budgetMs: number;
  readonly progress?: (sent: number, of: number) => void;
}

/**
 * Sends what the store lacks, the oldest first, until all is sent or the time is up. Throws a StoreError if the store
 * cannot be used, and the errors of the ledger.
 */
export async function sync(task: Task): Promise<Synced> {
  const { context, store, address, budgetMs } = task;
  const tookMs = stopwatch(context);
  const leftMs = () => Math.max(1, budgetMs - tookMs());
  const database = await store.database();
  const ledgerId = ledgerIdOf(database);
  const { connection, facts } = await openStore(context, address, { ledgerId, timeoutMs: leftMs() });
  try {
    const warnings = await agree(task, { database, facts, ledgerId });
    const toSend = countUnsent(database);
    let sent = 0;
    for (;;) {
      const changes = unsentChanges(database, batchSize);
      if (changes.length === 0 || tookMs() >= budgetMs) break;
      warnings.push(...(await sendPart(task, { database, connection, ledgerId, changes, leftMs })));
      sent += changes.length;
      task.progress?.(sent, toSend);
    }
    return { sent, unsent: countUnsent(database), warnings };
  } finally {
    connection.close();
  }
}

/** Compares what the ledger knows of the store with what the store has of the ledger. */
async function agree(
  { context, store }: Task,
  { database, facts, ledgerId }: { database: Database; facts: StoreFacts; ledgerId: string },
): Promise<Warning[]> {
  const state = readStoreState(database);
  const { storeId, ledger } = facts;
  const above = ledger?.revision ?? 0;
  if (state === null || state.storeId !== storeId) {
    const nowMs = context.instant().wallMs;
    await store.write((open) => beginStore(open, { storeId, nowMs, above }));
  } else await store.write((open) => noteLost(open, { revision: above }));
  const other = ledger?.hostname ?? null;
  const isOurs = other === null || other === context.hostName() || other === (state?.host ?? null);
  return isOurs ? [] : [copiedLedger({ ledgerId, other })];
}

/** One batch; if a row is refused, the deployments of the batch one by one, so that only that one is left out. */
async function sendPart(
  task: Task,
  part: {
    readonly database: Database;
    readonly connection: Connection;
    readonly ledgerId: string;
    readonly changes: readonly Change[];
    readonly leftMs: () => number;
  },
): Promise<Warning[]> {
  const { database, changes } = part;
  const host = task.context.hostName();
  try {
    await sendOnce(task, part);
    await task.store.note((open) => noteSent(open, { changes, host }));
    return [];
  } catch (error) {
    if (!(error instanceof StoreError) || error.fate !== 'row') throw error;
    if (changes.length > 1) {
      const warnings: Warning[] = [];
      for (const change of changes) warnings.push(...(await sendPart(task, { ...part, changes: [change] })));
      return warnings;
    }
    await task.store.note(() => noteUnfit(database, changes));
    const [{ kind, key } = { kind: 'deployment', key: '' }] = changes;
    return [
      {
        code: 'STORE',
        message: `${kind} ${key} was not sent: ${error.message}`,
        hint: error.hint ?? '',
        failed: 'delivery',
      },
    ];
  }
}

/** Repeats what the database has aborted for the sake of another transaction. */
async function sendOnce(
  { context }: Task,
  { database, connection, ledgerId, changes, leftMs }: Parameters<typeof sendPart>[1],
): Promise<void> {
  const batch = {
    ledgerId,
    hostname: context.hostName(),
    programVersion,
    columns: sentColumns(database),
    changes: rowsOf(database, changes),
    hosts: hostStates(database, changes),
  };
  for (let failures = 0; ; ) {
    try {
      await sendBatch(connection, { ...batch, timeoutMs: leftMs() });
      return;
    } catch (error) {
      failures += 1;
      if (!(error instanceof StoreError) || error.fate !== 'retry' || failures > mostRetries) throw error;
      // Two hosts that were aborted together do not meet again at the same moment.
      await context.sleep(retryPauseMs * 2 ** failures * (0.5 + (context.pid % 97) / 97));
    }
  }
}

function copiedLedger({ ledgerId, other }: { ledgerId: string; other: string | null }): Warning {
  return {
    code: 'STORE',
    message: `the ledger ${ledgerId.slice(0, 8)} is also used by the host ${other}: it was copied with its machine`,
    hint: 'give one of them a ledger of its own: move the file away, then run `deploytrack init`',
  };
}
