import { asProblem } from '../errors.ts';
import { readBudget } from '../ledger/analytics/budget.ts';
import type { Database } from '../ledger/file/addon.ts';
import { asLedgerError, standing } from '../ledger/file/open.ts';
import { waitWhileLocked } from '../ledger/file/transaction.ts';
import { lookAtRows } from '../ledger/fit/views.ts';
import { freezesOf } from '../ledger/gate/freezes.ts';
import type { GateRows, Unread } from '../ledger/gate/gateRows.ts';
import { lastMigration, outcomesIn } from '../ledger/gate/outcomes.ts';
import { lookThroughRows } from '../ledger/rollups/fitDeployments.ts';
import { readingDatabase } from '../report/ledger/readingDatabase.ts';
import { waitingMarks } from '../report/ledger/waitingMarks.ts';
import type { Session } from '../session.ts';

/** The ledger as the gate reads it. `database` is null if there is none, or if it cannot be read. */
export interface GateLedger {
  readonly database: Database | null;
  readonly exists: boolean;
  readonly unread: readonly Unread[];
}

/** The tables that rules read. */
const judged = [
  'freezes',
  'deployment_metrics',
  'error_budget_events',
  'rollbacks',
  'migrations',
  'deployment_stages',
] as const;

/**
 * Never throws. A ledger of an older version is upgraded first, if this account may. `isOptional`: without one nothing is
 * said, because the store is judged.
 */
export async function openGateLedger(
  session: Session,
  { isOptional = false }: { isOptional?: boolean } = {},
): Promise<GateLedger> {
  const { context, store } = session;
  try {
    const exists = (standing(store.options.ledgerPath)?.size ?? 0) > 0;
    if (
      isOptional &&
      !exists &&
      waitingMarks(context, { database: null, places: store.options }).length === 0
    )
      return { database: null, exists, unread: [] };
    // What prevents it shows when the ledger is read.
    if (exists) await store.database().catch(() => {});
    const wrong: string[] = [];
    const database = await readingDatabase(session, { leftOut: (what) => wrong.push(what) });
    if (database === null) return { database, exists: false, unread: [] };
    const waiting = await whenFree(session, () => {
      lookThroughRows(database);
      lookAtRows(database, judged);
      return waitingMarks(context, { database, places: store.options });
    });
    return { database, exists: true, unread: [...invalidRows(wrong), ...marksWaiting(waiting)] };
  } catch (error) {
    return { database: null, exists: true, unread: [unreadLedger(error, store.options.ledgerPath)] };
  }
}

/** The rows of the ledger; null if there is none, or if it cannot be read. */
export function ledgerRows(session: Session, { database }: GateLedger): GateRows | null {
  if (database === null) return null;
  return {
    freezes: (asked) => whenFree(session, () => freezesOf(database, asked)),
    budget: (period) => whenFree(session, () => readBudget(database, period)[0] ?? null),
    outcomes: (period) => whenFree(session, () => outcomesIn(database, period)),
    lastMigration: (period) => whenFree(session, () => lastMigration(database, period)),
    unread: (error) => unreadLedger(error, session.store.options.ledgerPath),
  };
}

/** Reads while no other process locks the ledger. Throws as `waitWhileLocked`. */
function whenFree<Found>({ context, store }: Session, attempt: () => Found): Promise<Found> {
  const { ledgerPath: path, ledgerTimeoutMs: timeoutMs } = store.options;
  return waitWhileLocked(context, { timeoutMs, path, attempt });
}

function unreadLedger(thrown: unknown, path: string): Unread {
  const error = asLedgerError(thrown, path);
  return { source: 'ledger', problem: error.message, hint: asProblem(error)?.hint };
}

/** A row that is left out may be a freeze, or a failure. */
function invalidRows([first, ...more]: readonly string[]): Unread[] {
  if (first === undefined) return [];
  const others = more.length === 0 ? '' : `, and ${more.length} more`;
  const hint = 'run `deploytrack doctor` to list them, then fix them with sqlite3';
  return [{ source: 'ledger', problem: `the ledger holds an invalid value: ${first}${others}`, hint }];
}

function marksWaiting([first]: ReturnType<typeof waitingMarks>): Unread[] {
  if (first === undefined) return [];
  const hint = 'run `deploytrack doctor`: it says why they are not imported';
  return [{ source: 'ledger', problem: `marks wait in ${first.path}`, hint }];
}
