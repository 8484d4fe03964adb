import { emptyStatistics, readStatistics } from '../ledger/read/statistics.ts';
import { formatStats } from '../report/stats.ts';
import { viewOf } from '../report/view.ts';
import type { Session } from '../session.ts';
import type { Invocation } from '../words/invocation.ts';
import { endCommand } from './endCommand.ts';
import { readingDatabase } from './reading/readingDatabase.ts';
import { formatOf, limitOf, reportFilter } from './reading/reportWords.ts';

/** `stats`: what the finished deployments say, with `--limit` the last so many of them. Without a ledger: an empty answer. */
export async function stats(session: Session, invocation: Invocation): Promise<number> {
  const filter = { ...reportFilter(session, invocation), limit: limitOf(invocation) ?? undefined };
  const format = formatOf(invocation);
  const database = await readingDatabase(session);
  const found = database === null ? emptyStatistics : readStatistics(database, filter);
  session.context.stdout.write(formatStats(found, { ...(await viewOf(session.context)), format }));
  database?.close();
  return endCommand(session, { code: 0 });
}
