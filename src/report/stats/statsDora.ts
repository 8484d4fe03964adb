import { usageError } from '../../errors.ts';
import { readDelivery } from '../../ledger/analytics/dora.ts';
import type { Session } from '../../session.ts';
import { formatAnalytics } from '../analytics/analytics.ts';
import { doraAnalytics } from '../analytics/dora.ts';
import { readingDatabase } from '../ledger/readingDatabase.ts';
import { viewOf } from '../terminal/view.ts';
import { formatOf, type Narrowed, reportFilter } from './reportFilter.ts';

/** `stats --dora`, for each site or with `byHost` for each host of it: the last 30 days, or since `--since`. */
export async function printDora(
  session: Session,
  { said, byHost }: { said: Narrowed; byHost: boolean },
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
  const filter = reportFilter(session, { since: said.since ?? '30d' });
  const fromMs = filter.sinceMs ?? 0;
  if (fromMs >= untilMs)
    throw usageError(
      'stats: --since is not in the past; expected a period for --dora',
      'use for example 30d',
    );
  const format = formatOf(said);
  const database = await readingDatabase(session, { asAWhole: true });
  const deliveries =
    database === null ? [] : readDelivery(database, { byHost, filter: { ...filter, untilMs: untilMs + 1 } });
  database?.close();
  const figures = doraAnalytics(deliveries, { byHost, fromMs, untilMs });
  context.stdout.write(formatAnalytics(figures, { ...(await viewOf(context)), format }));
}
