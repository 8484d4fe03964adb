import { type BreakdownBy, readBreakdown } from '../../ledger/figures/breakdown.ts';
import { goodVersions } from '../../ledger/figures/goodVersion.ts';
import { readPhaseTimes } from '../../ledger/figures/phaseTimes.ts';
import { breakdownFigures } from '../../report/figures/breakdown.ts';
import { formatFigures } from '../../report/figures/figures.ts';
import { phaseFigures } from '../../report/figures/phases.ts';
import { viewOf } from '../../report/view.ts';
import type { Session } from '../../session.ts';
import type { Invocation } from '../../words/invocation.ts';
import { readingDatabase } from './readingDatabase.ts';
import { formatOf, limitOf, reportFilter } from './reportWords.ts';

/** `stats --by version|upgrade|host`. */
export async function printBreakdown(
  session: Session,
  { invocation, by }: { invocation: Invocation; by: BreakdownBy },
): Promise<void> {
  const { filter, format } = askedOf(session, invocation);
  const database = await readingDatabase(session, { asAWhole: true });
  const parts = database === null ? [] : readBreakdown(database, { by, filter });
  const good = database === null || by !== 'version' ? [] : goodVersions(database, parts);
  database?.close();
  const view = { ...(await viewOf(session.context)), format };
  session.context.stdout.write(formatFigures(breakdownFigures(parts, { by, good }), view));
}

/** `stats --phases`, or `--by phase`. */
export async function printPhases(session: Session, invocation: Invocation): Promise<void> {
  const { filter, format } = askedOf(session, invocation);
  const database = await readingDatabase(session, { asAWhole: true });
  const phases = database === null ? [] : readPhaseTimes(database, filter);
  database?.close();
  const view = { ...(await viewOf(session.context)), format };
  session.context.stdout.write(formatFigures(phaseFigures(phases), view));
}

function askedOf(session: Session, invocation: Invocation) {
  const filter = { ...reportFilter(session, invocation), limit: limitOf(invocation) ?? undefined };
  return { filter, format: formatOf(invocation) };
}
