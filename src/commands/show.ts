import { DeploytrackError, usageError } from '../errors.ts';
import type { Database } from '../ledger/file/addon.ts';
import { readHistory } from '../ledger/read/deployments.ts';
import { readDetail } from '../ledger/read/detail.ts';
import { formatShow } from '../report/show.ts';
import { viewOf } from '../report/view.ts';
import type { Session } from '../session.ts';
import { flag, type Invocation, oneOf } from '../words/invocation.ts';
import { endCommand } from './endCommand.ts';
import { deploymentId } from './reading/deploymentId.ts';
import { readingDatabase } from './reading/readingDatabase.ts';
import { reportFilter } from './reading/reportWords.ts';

/**
 * `show [id]`: one deployment as a waterfall; without an id DEPLOYTRACK_ID's, else the newest, with `--status` the newest
 * that ended so. An unknown id: exit 1.
 */
export async function show(session: Session, invocation: Invocation): Promise<number> {
  const format = flag(invocation, 'json')
    ? 'json'
    : (oneOf(invocation, { name: 'format', choices: ['table', 'json', 'markdown'] }) ?? 'table');
  const database = await readingDatabase(session);
  const id = database === null ? null : chosenId(session, { invocation, database });
  const detail = database === null || id === null ? null : readDetail(database, id);
  if (detail === null)
    throw new DeploytrackError({
      code: 'UNKNOWN_ID',
      message: 'there is no deployment to show',
      hint: '`deploytrack history` lists those of this ledger',
    });
  session.context.stdout.write(formatShow(detail, { ...(await viewOf(session.context)), format }));
  database?.close();
  return endCommand(session, { code: 0 });
}

function chosenId(
  session: Session,
  { invocation, database }: { invocation: Invocation; database: Database },
): string | null {
  const wantsNewest = flag(invocation, 'status');
  if (wantsNewest && invocation.operands[0] !== undefined)
    throw usageError('show: an id and --status are two ways to say which one', 'say one of them');
  const said = invocation.operands[0] ?? (wantsNewest ? null : session.settings.text('id'));
  if (said === null || said === undefined || said === 'none')
    return readHistory(database, { ...reportFilter(session, invocation), limit: 1 })[0]?.id ?? null;
  return deploymentId(database, said);
}
