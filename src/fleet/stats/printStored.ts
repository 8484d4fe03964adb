import type { BreakdownBy } from '../../ledger/analytics/breakdown.ts';
import { formatAnalytics } from '../../report/analytics/analytics.ts';
import { breakdownAnalytics } from '../../report/analytics/breakdown.ts';
import { phaseAnalytics } from '../../report/analytics/phases.ts';
import { formatOf, type Narrowed, reportFilter } from '../../report/stats/reportFilter.ts';
import { formatStats } from '../../report/stats/stats.ts';
import { scopeOf } from '../../report/stats/statsScope.ts';
import { viewOf } from '../../report/terminal/view.ts';
import type { Session } from '../../session.ts';
import { queryStore } from '../queryStore.ts';
import { readStorePhases } from './phaseTimes.ts';
import { readStoreBreakdown } from './storeBreakdown.ts';
import { readStoreFigures } from './storeFigures.ts';

/** `stats --store`: the same words about all hosts. */
export async function printStored(
  session: Session,
  { said, store, by }: { said: Narrowed; store: string | true; by: BreakdownBy | 'phase' | null },
): Promise<void> {
  const filter = { ...reportFilter(session, said), limit: said.limit ?? undefined };
  const view = { ...(await viewOf(session.context)), format: formatOf(said) };
  const text = await queryStore(session, store, async (query) => {
    if (by === 'phase') return formatAnalytics(phaseAnalytics(await readStorePhases(query, filter)), view);
    if (by !== null) {
      const read = await readStoreBreakdown(query, { by, filter });
      return formatAnalytics(breakdownAnalytics(read, { by, good: [] }), view);
    }
    const { figures, inProgress, ...known } = await readStoreFigures(query, filter);
    const isRead = view.format === 'table' || view.format === 'markdown';
    const scope = isRead && figures.total + inProgress > 0 ? { scope: scopeOf(filter, known) } : {};
    return formatStats({ ...figures, inProgress, ...scope }, view);
  });
  session.context.stdout.write(text);
}
