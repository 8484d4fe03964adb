import { stopwatch } from '../duration.ts';
import { asWarning, type Warning } from '../errors.ts';
import { noteStoreFailure, readStoreState, type StoreState } from '../ledger/sync/changes.ts';
import { isoTime } from '../model.ts';
import type { Session } from '../session.ts';
import { counted } from '../text/counted.ts';
import type { StoreAddress } from './storeAddress.ts';
import { storePlace } from './storeSetting.ts';
import { sync } from './sync.ts';

const firstPauseMs = 60_000;
const longestPauseMs = 3_600_000;

/**
 * Sends rows at the end of a deployment: within the budget, with at most one warning, and not at all for some time after
 * this store has failed. Never throws.
 */
export async function syncBeside(session: Session, { budgetMs }: { budgetMs: number }): Promise<void> {
  let failing: string | null = null;
  try {
    const tookMs = stopwatch(session.context);
    const place = await storePlace(session);
    if (place === null) return;
    const pause = await pauseOf(session, place.shown);
    if (pause !== null) {
      if (session.settings.strict) session.warnings.push(skipped(pause));
      return;
    }
    // A wrong setting needs no pause: it is the same at once, and may be corrected.
    const address = await place.whole();
    failing = place.shown;
    // Its secrets may be on a slow mount of another machine.
    const warning = await attempt(session, { address, budgetMs: Math.max(1, budgetMs - tookMs()) });
    if (warning !== null) session.warnings.push(warning);
  } catch (error) {
    const { message, ...warning } = asWarning(error, 'delivery');
    session.warnings.push({ ...warning, message: `${message}; its rows wait in the ledger` });
    if (failing !== null && warning.code !== 'INSTALLATION')
      await rest(session, { address: failing, message });
  }
}

/** The pause after a failure of this address; null if it is over. */
async function pauseOf({ context, store }: Session, shown: string): Promise<StoreState | null> {
  const state = readStoreState(await store.database());
  const nowMs = context.instant().wallMs;
  // A clock that was set back must not stop it for ever.
  const isLater = state !== null && state.retryAt > nowMs && state.retryAt - nowMs <= longestPauseMs;
  return isLater && isOf(state, shown) ? state : null;
}

/** An earlier version did not note which address failed. */
function isOf({ failedAt }: StoreState, shown: string): boolean {
  return failedAt === null || failedAt === shown;
}

function skipped({ retryAt, lastError }: StoreState): Warning {
  return {
    code: 'STORE',
    message: `nothing was sent to the store, which is tried again after ${isoTime(retryAt)}; the last failure: ${lastError}`,
    hint: 'run `deploytrack sync` to send the rows now',
    failed: 'delivery',
  };
}

async function attempt(
  { context, store }: Session,
  { address, budgetMs }: { address: StoreAddress; budgetMs: number },
): Promise<Warning | null> {
  const { unsent, warnings } = await sync({ context, store, address, budgetMs });
  const [first] = warnings;
  if (first !== undefined || unsent === 0) return first ?? null;
  return {
    code: 'STORE',
    message: `${counted(unsent, 'deployment')} not yet sent to the store: the time was up`,
    hint: 'run `deploytrack sync` to send the rest',
    failed: 'delivery',
  };
}

/** Each failure of an address doubles its pause. */
async function rest(
  { context, store }: Session,
  { address, message }: { address: string; message: string },
): Promise<void> {
  try {
    const state = readStoreState(await store.database());
    const before = state !== null && isOf(state, address) ? state.failures : 0;
    const pauseMs = Math.min(firstPauseMs * 2 ** before, longestPauseMs);
    const retryAt = context.instant().wallMs + pauseMs;
    await store.note((open) => noteStoreFailure(open, { address, failures: before + 1, retryAt, message }));
  } catch {
    // The ledger cannot be written either, which was reported with the mark.
  }
}
