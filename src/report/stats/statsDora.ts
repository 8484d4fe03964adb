import { usageError } from '../../errors.ts';
import { type Delivery, readDelivery } from '../../ledger/analytics/dora.ts';
import type { Session } from '../../session.ts';
import { formatAnalytics } from '../analytics/analytics.ts';
import { doraAnalytics } from '../analytics/dora.ts';
import { readingDatabase } from '../ledger/readingDatabase.ts';
import { viewOf } from '../terminal/view.ts';
import { formatOf, type Narrowed, reportFilter } from './reportFilter.ts';

type AskedDelivery = Parameters<typeof readDelivery>[1];

/** `stats --dora`, for each site or with `byHost` for each host of it: the last 30 days, or since `--since`. */
export async function printDora(
  session: Session,
  {
    said,
    byHost,
    read = ofLedger,
  }: {
    said: Narrowed;
    byHost: boolean;
    read?: (session: Session, asked: AskedDelivery) => Promise<Delivery[]>;
  },
): Promise<void> {
  for (const name of ['limit', 'status'] as const)
    if (said[name] !== null)
      throw usageError(
        `stats: --dora and --${name} cannot be used together`,
        'use --since for another period; the default is 30d',
      );
  const { context } = session;
  // Before the beginning is computed: a period of no length must not get one from the time between.
  const untilMs = context.instant().wallMs;
  const filter = reportFilter(session, { ...said, status: null, since: said.since ?? '30d' });
  const fromMs = filter.sinceMs ?? 0;
  if (fromMs >= untilMs)
    throw usageError(
      'stats: --since is not in the past; expected a period for --dora',
      'use for example 30d',
    );
  const format = formatOf(said);
  const deliveries = await read(session, { byHost, filter: { ...filter, untilMs: untilMs + 1 } });
  const figures = doraAnalytics(deliveries, { byHost, fromMs, untilMs });
  context.stdout.write(formatAnalytics(figures, { ...(await viewOf(context)), format }));
}

async function ofLedger(session: Session, asked: AskedDelivery): Promise<Delivery[]> {
  const database = await readingDatabase(session, { asAWhole: true });
  const found = database === null ? [] : readDelivery(database, asked);
  database?.close();
  return found;
}
