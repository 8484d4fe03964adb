import { usageError } from '../errors.ts';
import { readComparison } from '../ledger/figures/comparison.ts';
import type { Database } from '../ledger/file/addon.ts';
import { newestOfVersion, readDeployment } from '../ledger/read/deployments.ts';
import { comparisonFigures } from '../report/figures/compare.ts';
import { formatFigures } from '../report/figures/figures.ts';
import { viewOf } from '../report/view.ts';
import type { Session } from '../session.ts';
import type { Invocation } from '../words/invocation.ts';
import { endCommand } from './endCommand.ts';
import { deploymentId, unknownDeployment } from './reading/deploymentId.ts';
import { readingDatabase } from './reading/readingDatabase.ts';
import { formatOf } from './reading/reportWords.ts';

/** `compare <a> <b>`: two deployments phase by phase, by id or by version (its newest deployment). Unknown: exit 1. */
export async function compare(session: Session, invocation: Invocation): Promise<number> {
  const [one, other, third] = invocation.operands;
  if (one === undefined || other === undefined || third !== undefined)
    throw usageError(
      'compare: two deployments are compared',
      '`deploytrack compare <id or version> <id or version>`',
    );
  const format = formatOf(invocation);
  const database = await readingDatabase(session);
  if (database === null) throw unknownDeployment(one);
  const ids = [one, other].map((word) => meant(session, { database, word })) as [string, string];
  const comparison = readComparison(database, ...ids);
  database.close();
  if (comparison === null) throw unknownDeployment(one);
  const view = { ...(await viewOf(session.context)), format };
  session.context.stdout.write(formatFigures(comparisonFigures(comparison), view));
  return endCommand(session, { code: 0 });
}

/** A whole id, a version, a part of an id. */
function meant({ settings }: Session, { database, word }: { database: Database; word: string }): string {
  if (readDeployment(database, word) !== null) return word;
  const deployment = settings.text('deployment') ?? undefined;
  const environment = settings.text('environment') ?? undefined;
  return newestOfVersion(database, word, { deployment, environment }) ?? deploymentId(database, word);
}
