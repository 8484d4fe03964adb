import { DeploytrackError, type Warning } from '../../errors.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { noLedgerYet } from '../../ledger/file/identity.ts';
import { EmptyLedger } from '../../ledger/file/open.ts';
import { openForReading } from '../../ledger/file/openForReading.ts';
import { waitWhileLocked } from '../../ledger/file/whileLocked.ts';
import { type LeftOut, lookThrough } from '../../ledger/fit/views.ts';
import { hasUnread } from '../../ledger/journal/unread.ts';
import type { Session } from '../../session.ts';
import { formatMessage, reportWarnings } from '../messages/warnings.ts';
import { type Waiting, waitingMarks, waitingWarning } from './waitingMarks.ts';

/**
 * The ledger for a reading command; null where there is none, or an empty file, and then one line says so. Marks that wait
 * in the journal are taken in first; where they cannot be, one line says how many. Throws a DeploytrackError where there is
 * a ledger that cannot be read, or marks and no ledger to take them in: that is no empty answer. Rows that hold what they
 * cannot are left out, with a line for each unless `leftOut` is told; `asAWhole` where all deployments are asked, more than once.
 */
export async function readingDatabase(
  session: Session,
  { asAWhole = false, leftOut = told(session) }: { asAWhole?: boolean; leftOut?: LeftOut } = {},
): Promise<Database | null> {
  const database = await withMarks(session, leftOut);
  if (asAWhole && database !== null) lookThrough(database, ['deployment_metrics']);
  return database;
}

async function withMarks(session: Session, leftOut: LeftOut): Promise<Database | null> {
  const { store } = session;
  const database = await opened(session, leftOut);
  if (database === null) return bornOfJournals(session, leftOut);
  if (!hasUnread(database, store.options)) return database;
  const why = await takeIn(session);
  if (why === null) return database;
  const places = store.options;
  const waiting = waitingMarks(session.context, { database, places });
  tell(
    session,
    waiting.map((one) => waitingWarning(one, (why as Error).message)),
  );
  return database;
}

async function opened({ context, store }: Session, leftOut: LeftOut): Promise<Database | null> {
  const { ledgerPath: path, ledgerTimeoutMs: timeoutMs, judgePlace } = store.options;
  try {
    const found = await waitWhileLocked(context, {
      timeoutMs,
      path,
      attempt: () => {
        judgePlace?.(false);
        return openForReading(path, { how: 'write', leftOut });
      },
    });
    return found?.database ?? null;
  } catch (error) {
    if (error instanceof EmptyLedger) return null;
    throw error;
  }
}

/** Marks may have been kept where no ledger ever was: they make one. Without any the answer is empty, and says so. */
async function bornOfJournals(session: Session, leftOut: LeftOut): Promise<Database | null> {
  const { store, context } = session;
  const path = store.options.ledgerPath;
  const waiting = waitingMarks(context, { database: null, places: store.options });
  if (waiting.length > 0) {
    const why = await takeIn(session);
    if (why !== null) throw neverBorn(waiting, why);
    return opened(session, leftOut);
  }
  const { message, hint } = noLedgerYet(path);
  context.stderr.write(`deploytrack: ${formatMessage({ message, hint })}\n`);
  return null;
}

function neverBorn(waiting: readonly Waiting[], why: unknown): DeploytrackError {
  const { code, hint } = why as Partial<DeploytrackError>;
  const message = why instanceof Error ? why.message : String(why);
  return new DeploytrackError({
    code: code ?? 'LEDGER_UNUSABLE',
    message: `marks wait in ${waiting.map((one) => one.path).join(', ')}: ${message}`,
    ...(hint === undefined ? {} : { hint }),
    cause: why,
  });
}

/** Null where all was taken in that can be; else what kept it out. */
async function takeIn({ store, warnings }: Session): Promise<unknown> {
  try {
    await store.takeIn(warnings);
    return null;
  } catch (error) {
    return error;
  }
}

function told(session: Session): LeftOut {
  return tellLeftOut((one) => tell(session, [one]));
}

/** At once, and not into the ledger: by the next command it is over. */
function tell(
  { context, settings }: Session,
  warnings: Parameters<typeof reportWarnings>[1]['warnings'],
): void {
  reportWarnings(context, { warnings, target: settings.value('warnings') });
}

/** So many are named one by one. */
const mostNamed = 5;

/** One warning for each row of the ledger that is left out of an answer, or value of one; of many the first alone. */
function tellLeftOut(tell: (warning: Warning) => void): LeftOut {
  let count = 0;
  return (what) => {
    count += 1;
    if (count > mostNamed + 1) return;
    const message =
      count > mostNamed
        ? 'more rows of the ledger hold what they cannot'
        : `the ledger holds what it cannot: ${what}`;
    tell({ code: 'LEDGER_ROW', message, hint: '`deploytrack doctor` names them all' });
  };
}
