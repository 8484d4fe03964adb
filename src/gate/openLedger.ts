import { asProblem } from '../errors.ts';
import type { Database } from '../ledger/file/addon.ts';
import { standing } from '../ledger/file/open.ts';
import { lookAtRows } from '../ledger/fit/views.ts';
import { readingDatabase } from '../report/ledger/readingDatabase.ts';
import { waitingMarks } from '../report/ledger/waitingMarks.ts';
import type { Session } from '../session.ts';
import type { Unread } from './judgement.ts';

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

/** Never throws. A ledger of an older version is upgraded first, if this account may. */
export async function openGateLedger(session: Session): Promise<GateLedger> {
  const { context, store } = session;
  try {
    const exists = (standing(store.options.ledgerPath)?.size ?? 0) > 0;
    // What prevents it shows when the ledger is read.
    if (exists) await store.database().catch(() => {});
    const wrong: string[] = [];
    const database = await readingDatabase(session, { asAWhole: true, leftOut: (what) => wrong.push(what) });
    if (database === null) return { database, exists: false, unread: [] };
    lookAtRows(database, judged);
    const waiting = waitingMarks(context, { database, places: store.options });
    return { database, exists: true, unread: [...invalidRows(wrong), ...marksWaiting(waiting)] };
  } catch (error) {
    const problem = asProblem(error);
    const message = error instanceof Error ? error.message : String(error);
    return {
      database: null,
      exists: true,
      unread: [{ source: 'ledger', problem: message, hint: problem?.hint }],
    };
  }
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
