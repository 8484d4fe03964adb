import { usageError } from '../../errors.ts';
import { type Regressions, readRegressions } from '../../ledger/analytics/regressions.ts';
import type { Session } from '../../session.ts';
import { formatAnalytics } from '../analytics/analytics.ts';
import { regressionAnalytics } from '../analytics/regressions.ts';
import { readingDatabase } from '../ledger/readingDatabase.ts';
import { viewOf } from '../terminal/view.ts';
import { formatOf, type Narrowed, reportFilter } from './reportFilter.ts';

type AskedRegressions = Parameters<typeof readRegressions>[1];

/** `stats --regressions`: phases that ran in the last 30 days, or since `--since`. Returns 1 if one is slower, otherwise 0. */
export async function printRegressions(
  session: Session,
  {
    said,
    read = ofLedger,
  }: { said: Narrowed; read?: (session: Session, asked: AskedRegressions) => Promise<Regressions> },
): Promise<number> {
  for (const name of ['limit', 'status'] as const)
    if (said[name] !== null)
      throw usageError(
        `stats: --regressions and --${name} cannot be used together`,
        'use --since for the phases that ran since then; the default is 30d',
      );
  const {
    sinceMs = 0,
    deployment,
    environment,
    host,
  } = reportFilter(session, { ...said, status: null, since: said.since ?? '30d' });
  const format = formatOf(said);
  const found = await read(session, { sinceMs, deployment, environment, host });
  const { context } = session;
  context.stdout.write(formatAnalytics(regressionAnalytics(found), { ...(await viewOf(context)), format }));
  return found.regressions.length > 0 ? 1 : 0;
}

async function ofLedger(session: Session, asked: AskedRegressions): Promise<Regressions> {
  const database = await readingDatabase(session, { asAWhole: true });
  const found = database === null ? { regressions: [], judged: 0 } : readRegressions(database, asked);
  database?.close();
  return found;
}
