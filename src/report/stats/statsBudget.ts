import { parseTimeMs } from '../../duration.ts';
import { DeploytrackError, usageError } from '../../errors.ts';
import { readBudget } from '../../ledger/analytics/budget.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { lookAtRows } from '../../ledger/fit/views.ts';
import type { Session } from '../../session.ts';
import { formatAnalytics } from '../analytics/analytics.ts';
import { budgetAnalytics } from '../analytics/budget.ts';
import { readingDatabase } from '../ledger/readingDatabase.ts';
import { waitingMarks } from '../ledger/waitingMarks.ts';
import { viewOf } from '../terminal/view.ts';
import { formatOf, type Narrowed } from './reportFilter.ts';

/** As the rules for Prometheus look back (docs/metrics.md). */
const usualMs = 30 * 86_400_000;

/** `stats --budget`: of the last 30 days, or of a calendar month. 1 where one of those that were asked for is spent, else 0. */
export async function printBudget(
  session: Session,
  said: Narrowed & { readonly month: string | null },
): Promise<number> {
  for (const name of ['since', 'limit', 'status'] as const)
    if (said[name] !== null)
      throw usageError(
        `stats: --budget is of the last 30 days or of a month, not of --${name}`,
        'say --month 2026-01',
      );
  const { context, settings, store } = session;
  const period = periodOf(said.month, context.instant().wallMs);
  const format = formatOf(said);
  const database = await wholeLedger(session);
  const deployment = settings.text('deployment') ?? undefined;
  const environment = settings.text('environment') ?? undefined;
  const uses = database === null ? [] : readBudget(database, { ...period, deployment, environment });
  const isWhole =
    database === null || waitingMarks(context, { database, places: store.options }).length === 0;
  database?.close();
  context.stdout.write(
    formatAnalytics(budgetAnalytics(uses, period), { ...(await viewOf(context)), format }),
  );
  // What waits may have spent it: a gate does not open on half an answer.
  return !isWhole || uses.some(({ left }) => left === 0) ? 1 : 0;
}

/** A gate does not open on rows that cannot be read: throws LEDGER_UNUSABLE, which names the first. */
async function wholeLedger(session: Session): Promise<Database | null> {
  const wrong: string[] = [];
  const database = await readingDatabase(session, { asAWhole: true, leftOut: (what) => wrong.push(what) });
  if (database !== null) lookAtRows(database, ['error_budget_events', 'rollbacks', 'deployment_metrics']);
  const [first] = wrong;
  if (first === undefined) return database;
  database?.close();
  throw new DeploytrackError({
    code: 'LEDGER_UNUSABLE',
    message: `the error budget cannot be told: ${first}${wrong.length > 1 ? `, and ${wrong.length - 1} more` : ''}`,
    hint: '`deploytrack doctor` names them; mend them with sqlite3',
  });
}

/** A month in the host's zone, like every time that says none. */
function periodOf(month: string | null, nowMs: number): { fromMs: number; untilMs: number } {
  if (month === null) return { fromMs: nowMs - usualMs, untilMs: nowMs + 1 };
  const [, year, number] = /^(\d{4})-(0[1-9]|1[0-2])$/.exec(month) ?? [];
  const next =
    number === '12' ? `${Number(year) + 1}-01` : `${year}-${String(Number(number) + 1).padStart(2, '0')}`;
  const fromMs = number === undefined ? null : parseTimeMs(`${month}-01`);
  const untilMs = number === undefined ? null : parseTimeMs(`${next}-01`);
  if (fromMs === null || untilMs === null)
    throw usageError(`--month: ${JSON.stringify(month)} is no month`, 'expected for example 2026-01');
  return { fromMs, untilMs };
}
