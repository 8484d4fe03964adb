import { asWarning } from '../errors.ts';
import { countUnsent, noteStoreFailure, readStoreState } from '../ledger/sync/changes.ts';
import type { Session } from '../session.ts';
import { counted } from '../text/counted.ts';
import { storeSetting } from './storeSetting.ts';
import { sync } from './sync.ts';

const firstPauseMs = 60_000;
const longestPauseMs = 3_600_000;

/**
 * Sends rows at the end of a deployment: within the budget, with at most one warning, and not at all for some time after
 * a failure. Never throws.
 */
export async function syncBeside(session: Session, { budgetMs }: { budgetMs: number }): Promise<void> {
  const { context, store, warnings } = session;
  try {
    const database = await store.database();
    const state = readStoreState(database);
    const nowMs = context.instant().wallMs;
    // A clock that was set back must not stop it for ever.
    if (state !== null && state.retryAt > nowMs && state.retryAt - nowMs <= longestPauseMs) return;
    const address = await storeSetting(session);
    if (address === null) return;
    const { unsent, warnings: own } = await sync({ context, store, address, budgetMs });
    warnings.push(...own);
    if (unsent > 0)
      warnings.push({
        code: 'STORE',
        message: `${counted(unsent, 'deployment')} not yet sent to the store: the time was up`,
        hint: 'run `deploytrack sync` to send the rest',
      });
  } catch (error) {
    warnings.push({ ...asWarning(error), about: 'store', failed: 'delivery' });
    await rest(session);
  }
}

/** Each failure doubles the pause. */
async function rest({ context, store, warnings }: Session): Promise<void> {
  try {
    const database = await store.database();
    const failures = readStoreState(database)?.failures ?? 0;
    const pauseMs = Math.min(firstPauseMs * 2 ** failures, longestPauseMs);
    const message = warnings.at(-1)?.message ?? '';
    await store.note((open) =>
      noteStoreFailure(open, { retryAt: context.instant().wallMs + pauseMs, message }),
    );
    if (countUnsent(database) === 0) return;
  } catch {
    // The ledger cannot be written either, which was reported with the mark.
  }
}
