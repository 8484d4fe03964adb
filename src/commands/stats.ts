import { readStatistics } from '../ledger/read/statistics.ts';
import { formatStats } from '../report/stats.ts';
import { viewOf } from '../report/view.ts';
import type { Session } from '../session.ts';
import type { Invocation } from '../words/invocation.ts';
import { emptyDatabase } from './emptyDatabase.ts';
import { endCommand } from './endCommand.ts';
import { readingDatabase } from './readingDatabase.ts';
import { formatOf, limitOf, reportFilter } from './reportWords.ts';

/** `stats`: what the finished deployments say. Without a ledger: an empty answer. */
export async function stats(session: Session, invocation: Invocation): Promise<number> {
  limitOf(invocation);
  const filter = reportFilter(session, invocation);
  const format = formatOf(invocation);
  const database = (await readingDatabase(session)) ?? emptyDatabase();
  session.context.stdout.write(
    formatStats(readStatistics(database, filter), { ...(await viewOf(session.context)), format }),
  );
  database.close();
  return endCommand(session, { code: 0 });
}
