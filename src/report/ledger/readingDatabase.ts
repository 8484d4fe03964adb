import { DeploytrackError, type Warning } from '../../errors.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { noLedgerYet } from '../../ledger/file/identity.ts';
import { EmptyLedger } from '../../ledger/file/open.ts';
import { openForReading } from '../../ledger/file/openForReading.ts';
import { waitWhileLocked } from '../../ledger/file/transaction.ts';
import type { LeftOut } from '../../ledger/fit/views.ts';
import { hasUnread } from '../../ledger/journal/unread.ts';
import type { LimitedFilter } from '../../ledger/read/filter.ts';
import { lookThrough } from '../../ledger/rollups/fitDeployments.ts';
import { readsRollups } from '../../ledger/rollups/readTallies.ts';
import { hasWrong } from '../../ledger/rollups/stored.ts';
import type { Session } from '../../session.ts';
import { problemLines, reportWarnings } from '../messages/warnings.ts';
import { type Waiting, waitingMarks, waitingWarning } from './waitingMarks.ts';

/**
 * The ledger for a reading command; null, with a note, if it does not exist or is an empty file. Marks that wait in the
 * journal are imported first; if that fails, a warning has their number. Throws a DeploytrackError if the ledger cannot be
 * read, or if there are marks and no ledger to import them, so that an error never looks like an empty result. Rows with
 * invalid values are left out, with a warning for each unless `leftOut` is given. Set `asAWhole` for queries over all
 * deployments, to their filter if they can read roll-ups.
 */
export async function readingDatabase(
  session: Session,
  {
    asAWhole = false,
    leftOut = told(session),
  }: { asAWhole?: boolean | LimitedFilter; leftOut?: LeftOut } = {},
): Promise<Database | null> {
  const database = await withMarks(session, leftOut);
  if (database !== null && asAWhole !== false) look(database, { asAWhole, leftOut });
  return database;
}

/** The rows behind roll-ups were checked when they were rolled up. */
function look(
  database: Database,
  { asAWhole, leftOut }: { asAWhole: true | LimitedFilter; leftOut: LeftOut },
): void {
  if (asAWhole === true || !readsRollups(database, asAWhole)) lookThrough(database);
  else if (hasWrong(database)) leftOut('rows of deployment_metrics were left out');
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

async function opened(session: Session, leftOut: LeftOut): Promise<Database | null> {
  const found = await openWhenFree(session, (path) => openForReading(path, { how: 'write', leftOut }));
  return found?.database ?? null;
}

/**
 * Opens the ledger as `open` does, when no other process locks it; null if it does not exist or is an empty file. Throws
 * the errors of `open`, and LEDGER_BUSY.
 */
export async function openWhenFree<Opened>(
  { context, store }: Session,
  open: (path: string) => Opened | null,
): Promise<Opened | null> {
  const { ledgerPath: path, ledgerTimeoutMs: timeoutMs, judgePlace } = store.options;
  const attempt = () => {
    judgePlace?.(false);
    return open(path);
  };
  try {
    return await waitWhileLocked(context, { timeoutMs, path, attempt });
  } catch (error) {
    if (error instanceof EmptyLedger) return null;
    throw error;
  }
}

/** Without a ledger, waiting marks create one. Without marks, the result is empty, with a note. */
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
  context.stderr.write(problemLines({ message, hint }));
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

/** Null if everything was imported that can be; otherwise the error. */
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

/** Prints warnings at once and does not store them: they may no longer apply to the next command. */
function tell(
  { context, settings }: Session,
  warnings: Parameters<typeof reportWarnings>[1]['warnings'],
): void {
  reportWarnings(context, { warnings, target: settings.value('warnings') });
}

/** Maximum number of rows that are listed one by one. */
const mostNamed = 5;

/** One warning for each row or value that is left out; if there are many, only for the first ones. */
function tellLeftOut(tell: (warning: Warning) => void): LeftOut {
  let count = 0;
  return (what) => {
    count += 1;
    if (count > mostNamed + 1) return;
    const message =
      count > mostNamed
        ? 'more rows of the ledger hold invalid values'
        : `the ledger holds an invalid value: ${what}`;
    tell({ code: 'LEDGER_ROW', message, hint: 'run `deploytrack doctor` to list them all' });
  };
}
