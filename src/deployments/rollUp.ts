import { isBehindNow } from '../ledger/rollups/state.ts';
import type { Session } from '../session.ts';

const atMostMs = 50;

/** Rolls up the hours that have ended, for a bounded time: in a large ledger usually none or one. */
export async function rollUp({ context, store }: Session): Promise<void> {
  const database = await store.database();
  if (!isBehindNow(context, database)) return;
  const { foldOnce } = await import('../ledger/rollups/keepUp.ts');
  foldOnce(context, { database, forMs: atMostMs });
}
