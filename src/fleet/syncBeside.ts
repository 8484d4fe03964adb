import { stopwatch } from '../duration.ts';
import { asWarning, type Warning } from '../errors.ts';
import { noteStoreFailure, readStoreState } from '../ledger/sync/changes.ts';
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
  try {
    const warning = await attempt(session, budgetMs);
    if (warning !== null) session.warnings.push(warning);
  } catch (error) {
    const { message, ...warning } = asWarning(error, 'delivery');
    session.warnings.push({ ...warning, message: `${message}; its rows wait in the ledger` });
    if (warning.code !== 'INSTALLATION') await rest(session, message);
  }
}

async function attempt(session: Session, budgetMs: number): Promise<Warning | null> {
  const { context, store } = session;
  const tookMs = stopwatch(context);
  const state = readStoreState(await store.database());
  const nowMs = context.instant().wallMs;
  // A clock that was set back must not stop it for ever.
  if (state !== null && state.retryAt > nowMs && state.retryAt - nowMs <= longestPauseMs) return null;
  const address = await storeSetting(session);
  if (address === null) return null;
  // Its secrets may be on a slow mount of another machine.
  const leftMs = Math.max(1, budgetMs - tookMs());
  const { unsent, warnings } = await sync({ context, store, address, budgetMs: leftMs });
  const [first] = warnings;
  if (first !== undefined || unsent === 0) return first ?? null;
  return {
    code: 'STORE',
    message: `${counted(unsent, 'deployment')} not yet sent to the store: the time was up`,
    hint: 'run `deploytrack sync` to send the rest',
  };
}

/** Each failure doubles the pause. */
async function rest({ context, store }: Session, message: string): Promise<void> {
  try {
    const failures = readStoreState(await store.database())?.failures ?? 0;
    const pauseMs = Math.min(firstPauseMs * 2 ** failures, longestPauseMs);
    const retryAt = context.instant().wallMs + pauseMs;
    await store.note((open) => noteStoreFailure(open, { retryAt, message }));
  } catch {
    // The ledger cannot be written either, which was reported with the mark.
  }
}
