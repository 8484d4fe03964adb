import type { Context } from '../../context.ts';
import { stopwatch } from '../../duration.ts';
import { isoTime } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import { isOfSqlite } from '../file/open.ts';
import { transaction } from '../file/transaction.ts';
import { fold } from './fold.ts';
import { isBehind } from './state.ts';

interface Slice {
  readonly database: Database;
  readonly forMs: number;
}

/** `busy`: another process is writing. */
type Left = 'nothing' | 'more' | 'busy';

/**
 * Rolls up for about this time, in one transaction that does not wait for the disk: after a power loss it is done again. Never waits for
 * another process, and throws no error of the ledger: without roll-ups, reports read rows.
 */
export function foldOnce(context: Context, { database, forMs }: Slice): Left {
  try {
    if (!isBehind(database, isoTime(context.instant().wallMs))) return 'nothing';
    database.pragma('synchronous = NORMAL');
    return transaction(database, { mode: 'write' }, () => fold(context, { database, forMs }))
      ? 'nothing'
      : 'more';
  } catch (error) {
    if (!isOfSqlite(error)) throw error;
    return /^SQLITE_(BUSY|LOCKED)/.test(String((error as { code?: string }).code)) ? 'busy' : 'nothing';
  } finally {
    database.pragma('synchronous = FULL');
  }
}

const mostBusy = 100;

/**
 * Rolls up everything in transactions of about `sliceMs`, for which marks of running deployments wait, and lets other processes have their
 * turn in between. Ends early when `isOver`, or if another process does not stop writing. Throws as little as `foldOnce`.
 */
export async function foldAll(
  context: Context,
  {
    database,
    sliceMs,
    isOver = () => false,
  }: { database: Database; sliceMs: number; isOver?: () => boolean },
): Promise<void> {
  for (let busy = 0; busy < mostBusy && !isOver(); ) {
    const tookMs = stopwatch(context);
    const left = foldOnce(context, { database, forMs: sliceMs });
    if (left === 'nothing') return;
    busy = left === 'busy' ? busy + 1 : 0;
    await context.sleep(Math.max(5, tookMs() / 4));
  }
}
