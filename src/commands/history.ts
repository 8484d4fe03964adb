import { usageError } from '../errors.ts';
import { readTrackedItems } from '../ledger/read/changes.ts';
import { readHistory } from '../ledger/read/deployments.ts';
import { formatHistory } from '../report/history.ts';
import { viewOf } from '../report/view.ts';
import type { Session } from '../session.ts';
import type { Invocation } from '../words/invocation.ts';
import { endCommand } from './endCommand.ts';
import { readingDatabase } from './reading/readingDatabase.ts';
import { formatOf, limitOf, reportFilter } from './reading/reportWords.ts';

/** `history`: the last deployments, newest first. Without a ledger: an empty answer. */
export async function history(session: Session, invocation: Invocation): Promise<number> {
  if (invocation.operands.length > 0)
    throw usageError(
      `history takes no ${JSON.stringify(invocation.operands[0])}`,
      '`deploytrack show <id>` shows one deployment',
    );
  const filter = { ...reportFilter(session, invocation), limit: limitOf(invocation) ?? 10 };
  const format = formatOf(invocation);
  const database = await readingDatabase(session);
  const found = database === null ? [] : readHistory(database, filter);
  const tracked = (id: string) => (database === null ? [] : readTrackedItems(database, id));
  const view = { ...(await viewOf(session.context)), format, tracked };
  session.context.stdout.write(formatHistory(found, view));
  database?.close();
  return endCommand(session, { code: 0 });
}
