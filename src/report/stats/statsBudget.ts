import { parseTimeMs } from '../../duration.ts';
import { DeploytrackError, usageError } from '../../errors.ts';
import { type BudgetPeriod, type CountedUse, readBudget } from '../../ledger/analytics/budget.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { lookAtRows, lookAtRowsSince } from '../../ledger/fit/views.ts';
import { lookThrough } from '../../ledger/rollups/fitDeployments.ts';
import { isoTime } from '../../model.ts';
import type { Session } from '../../session.ts';
import { formatAnalytics } from '../analytics/analytics.ts';
import { budgetAnalytics } from '../analytics/budget.ts';
import { readingDatabase } from '../ledger/readingDatabase.ts';
import { waitingMarks } from '../ledger/waitingMarks.ts';
import { viewOf } from '../terminal/view.ts';
import { formatOf, type Narrowed, reportFilter } from './reportFilter.ts';

/** The window of the Prometheus rules (docs/metrics.md). */
const usualMs = 30 * 86_400_000;

interface ReadBudget {
  readonly uses: readonly CountedUse[];
  /** Whether nothing is missing that may have used it. */
  readonly isWhole: boolean;
}

/** `stats --budget`: for the last 30 days or a calendar month. Returns 1 if a selected budget is spent, otherwise 0. */
export async function printBudget(
  session: Session,
  {
    said,
    read = ofLedger,
  }: {
    said: Narrowed & { readonly month: string | null };
    read?: (session: Session, period: BudgetPeriod) => Promise<ReadBudget>;
  },
): Promise<number> {
  for (const name of ['since', 'limit', 'status'] as const)
    if (said[name] !== null)
      throw usageError(
        `stats: --budget and --${name} cannot be used together`,
        'use --month 2026-01; the default is the last 30 days',
      );
  const { context } = session;
  const period = periodOf(said.month, context.instant().wallMs);
  const format = formatOf(said);
  const { deployment, environment, host } = reportFilter(session, { host: said.host });
  const { uses, isWhole } = await read(session, { ...period, deployment, environment, host });
  context.stdout.write(
    formatAnalytics(budgetAnalytics(uses, period), { ...(await viewOf(context)), format }),
  );
  // Waiting marks may have used it: a gate must not open on incomplete data.
  return !isWhole || uses.some(({ left }) => left === 0) ? 1 : 0;
}

async function ofLedger(session: Session, period: BudgetPeriod): Promise<ReadBudget> {
  const database = await wholeLedger(session, isoTime(period.fromMs));
  const uses = database === null ? [] : readBudget(database, period);
  const places = session.store.options;
  const isWhole = database === null || waitingMarks(session.context, { database, places }).length === 0;
  database?.close();
  return { uses, isWhole };
}

/** A gate must not open on incomplete data: throws LEDGER_UNUSABLE with the first row that cannot be read. */
async function wholeLedger(session: Session, from: string): Promise<Database | null> {
  const wrong: string[] = [];
  const database = await readingDatabase(session, { leftOut: (what) => wrong.push(what) });
  if (database !== null) {
    if (!lookThrough(database)) lookAtRows(database, ['deployment_metrics']);
    lookAtRowsSince(database, { tables: ['error_budget_events', 'rollbacks'], from });
  }
  const [first] = wrong;
  if (first === undefined) return database;
  database?.close();
  throw new DeploytrackError({
    code: 'LEDGER_UNUSABLE',
    message: `cannot compute the error budget: ${first}${wrong.length > 1 ? `, and ${wrong.length - 1} more` : ''}`,
    hint: 'run `deploytrack doctor` to list them, then fix them with sqlite3',
  });
}

/** The month in the host's time zone, as for every time without a zone. */
function periodOf(month: string | null, nowMs: number): { fromMs: number; untilMs: number } {
  if (month === null) return { fromMs: nowMs - usualMs, untilMs: nowMs + 1 };
  const [, year, number] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month) ?? [];
  const next =
    number === '12' ? `${Number(year) + 1}-01` : `${year}-${String(Number(number) + 1).padStart(2, '0')}`;
  const fromMs = number === undefined ? null : parseTimeMs(`${month}-01`);
  const untilMs = number === undefined ? null : parseTimeMs(`${next}-01`);
  if (fromMs === null || untilMs === null)
    throw usageError(`invalid month ${JSON.stringify(month)} for --month`, 'use for example 2026-01');
  return { fromMs, untilMs };
}
