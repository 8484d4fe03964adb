import { type BreakdownBy, readBreakdown } from '../../ledger/figures/breakdown.ts';
import { goodVersions } from '../../ledger/figures/goodVersion.ts';
import { readPhaseTimes } from '../../ledger/figures/phaseTimes.ts';
import { breakdownFigures } from '../../report/figures/breakdown.ts';
import { formatFigures } from '../../report/figures/figures.ts';
import { phaseFigures } from '../../report/figures/phases.ts';
import { viewOf } from '../../report/view.ts';
import type { Session } from '../../session.ts';
import { readingDatabase } from './readingDatabase.ts';
import { formatOf, type Narrowed, reportFilter } from './reportFilter.ts';

/** `stats --by version|upgrade|host`. */
export async function printBreakdown(
  session: Session,
  { said, by }: { said: Narrowed; by: BreakdownBy },
): Promise<void> {
  const { filter, format } = askedOf(session, said);
  const database = await readingDatabase(session, { asAWhole: true });
  const parts = database === null ? [] : readBreakdown(database, { by, filter });
  const good = database === null || by !== 'version' ? [] : goodVersions(database, parts);
  database?.close();
  const view = { ...(await viewOf(session.context)), format };
  session.context.stdout.write(formatFigures(breakdownFigures(parts, { by, good }), view));
}

/** `stats --phases`, or `--by phase`. */
export async function printPhases(session: Session, said: Narrowed): Promise<void> {
  const { filter, format } = askedOf(session, said);
  const database = await readingDatabase(session, { asAWhole: true });
  const phases = database === null ? [] : readPhaseTimes(database, filter);
  database?.close();
  const view = { ...(await viewOf(session.context)), format };
  session.context.stdout.write(formatFigures(phaseFigures(phases), view));
}

function askedOf(session: Session, said: Narrowed) {
  const filter = { ...reportFilter(session, said), limit: said.limit ?? undefined };
  return { filter, format: formatOf(said) };
}
