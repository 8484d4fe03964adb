import { type BreakdownBy, noBreakdown, readBreakdown } from '../../ledger/analytics/breakdown.ts';
import { goodVersions } from '../../ledger/analytics/goodVersion.ts';
import { readPhaseTimes } from '../../ledger/analytics/phaseTimes.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { readHistory } from '../../ledger/read/deployments.ts';
import type { LimitedFilter } from '../../ledger/read/filter.ts';
import type { Session } from '../../session.ts';
import { formatAnalytics } from '../analytics/analytics.ts';
import { breakdownAnalytics, mostShown } from '../analytics/breakdown.ts';
import { phaseAnalytics } from '../analytics/phases.ts';
import { readingDatabase } from '../ledger/readingDatabase.ts';
import { type Format, viewOf } from '../terminal/view.ts';
import { formatOf, type Narrowed, reportFilter } from './reportFilter.ts';

/** `stats --by version|upgrade|host`. */
export async function printBreakdown(
  session: Session,
  { said, by }: { said: Narrowed; by: BreakdownBy },
): Promise<void> {
  const { filter, format } = askedOf(session, said);
  const database = await readingDatabase(session, { asAWhole: by === 'host' ? filter : true });
  const most = format === 'table' ? mostShown : undefined;
  const read = database === null ? noBreakdown : readBreakdown(database, { by, filter, most });
  if (database !== null && read.parts.length === 0) await noteIfEmpty(session, { database, filter, format });
  const good = database === null || by !== 'version' ? [] : goodVersions(database, read.parts, filter.host);
  database?.close();
  const view = { ...(await viewOf(session.context)), format };
  session.context.stdout.write(formatAnalytics(breakdownAnalytics(read, { by, good }), view));
}

/** `stats --phases`, or `--by phase`. */
export async function printPhases(session: Session, said: Narrowed): Promise<void> {
  const { filter, format } = askedOf(session, said);
  const database = await readingDatabase(session, { asAWhole: filter });
  const phases = database === null ? [] : readPhaseTimes(database, filter);
  if (database !== null && phases.length === 0) await noteIfEmpty(session, { database, filter, format });
  database?.close();
  const view = { ...(await viewOf(session.context)), format };
  session.context.stdout.write(formatAnalytics(phaseAnalytics(phases), view));
}

async function noteIfEmpty(
  session: Session,
  { database, filter, format }: { database: Database; filter: LimitedFilter; format: Format },
): Promise<void> {
  if (format !== 'table' || readHistory(database, { ...filter, limit: 1 }).length > 0) return;
  const { noteNothingFound } = await import('../ledger/nothingFound.ts');
  noteNothingFound(session, { database, filter });
}

function askedOf(session: Session, said: Narrowed) {
  const filter = { ...reportFilter(session, said), limit: said.limit ?? undefined };
  return { filter, format: formatOf(said) };
}
