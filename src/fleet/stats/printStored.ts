import type { BreakdownBy } from '../../ledger/analytics/breakdown.ts';
import type { BudgetPeriod } from '../../ledger/analytics/budget.ts';
import { goodVersionsOf } from '../../ledger/analytics/goodVersion.ts';
import type { DeploymentFilter, LimitedFilter } from '../../ledger/read/filter.ts';
import { formatAnalytics } from '../../report/analytics/analytics.ts';
import { breakdownAnalytics } from '../../report/analytics/breakdown.ts';
import { phaseAnalytics } from '../../report/analytics/phases.ts';
import { formatOf, type Narrowed, reportFilter } from '../../report/stats/reportFilter.ts';
import { formatStats } from '../../report/stats/stats.ts';
import { scopeOf } from '../../report/stats/statsScope.ts';
import { type Format, type View, viewOf } from '../../report/terminal/view.ts';
import type { Session } from '../../session.ts';
import { noteNothingStored } from '../nothingStored.ts';
import { queryStore } from '../queryStore.ts';
import { readStorePhases } from './phaseTimes.ts';
import type { Query } from './query.ts';
import { readStoreBreakdown } from './storeBreakdown.ts';
import { readStoreBudget } from './storeBudget.ts';
import { readStoreDelivery } from './storeDelivery.ts';
import { readStoreFigures } from './storeFigures.ts';
import { readStoreRegressions } from './storeRegressions.ts';
import { readStoreSites } from './storeSites.ts';

interface Asked {
  readonly said: Narrowed & { readonly month: string | null };
  readonly store: string | true;
  readonly by: BreakdownBy | 'phase' | null;
  readonly regressions: boolean;
  readonly dora: boolean;
  readonly budget: boolean;
}

/** `stats --store`: the same words about all hosts. Returns the exit code. */
export async function printStored(session: Session, asked: Asked): Promise<number> {
  const { said, store, by, regressions, dora, budget } = asked;
  if (dora) {
    const { printDora } = await import('../../report/stats/statsDora.ts');
    const byHost = by === 'host';
    await printDora(session, {
      ...{ said, byHost },
      read: (_, what) => queryStore(session, store, (query) => readStoreDelivery(query, what)),
    });
    return 0;
  }
  if (regressions) {
    const { printRegressions } = await import('../../report/stats/statsRegressions.ts');
    return printRegressions(session, {
      said,
      read: (_, what) => queryStore(session, store, (query) => readStoreRegressions(query, what)),
    });
  }
  if (budget) {
    const { printBudget } = await import('../../report/stats/statsBudget.ts');
    return printBudget(session, {
      said,
      async read(_, period) {
        const uses = await queryStore(session, store, (query) => readStoreBudget(query, period));
        if (uses.length === 0 && formatOf(said) === 'table')
          await noteNothingStored(session, { said: store, filter: inPeriod(period) });
        return { uses, isWhole: true };
      },
    });
  }
  await printFigures(session, { said, store, by });
  return 0;
}

function inPeriod({ fromMs, ...wanted }: BudgetPeriod): DeploymentFilter {
  return { ...wanted, sinceMs: fromMs };
}

async function printFigures(
  session: Session,
  { said, store, by }: Pick<Asked, 'said' | 'store' | 'by'>,
): Promise<void> {
  const filter = { ...reportFilter(session, said), limit: said.limit ?? undefined };
  const view = { ...(await viewOf(session.context)), format: formatOf(said) };
  const { text, isEmpty } = await queryStore(session, store, (query) => textOf(query, { by, filter, view }));
  if (isEmpty && view.format === 'table') await noteNothingStored(session, { said: store, filter });
  session.context.stdout.write(text);
}

async function textOf(
  query: Query,
  {
    by,
    filter,
    view,
  }: Pick<Asked, 'by'> & { filter: LimitedFilter; view: View & { readonly format: Format } },
): Promise<{ text: string; isEmpty: boolean }> {
  if (by === 'phase') {
    const phases = await readStorePhases(query, filter);
    return { text: formatAnalytics(phaseAnalytics(phases), view), isEmpty: phases.length === 0 };
  }
  if (by !== null) {
    const [read, sites] = await Promise.all([
      readStoreBreakdown(query, { by, filter }),
      by === 'version' ? readStoreSites(query, filter) : [],
    ]);
    const good = by === 'version' ? goodVersionsOf(read.parts, (site) => runningAt(sites, site)) : [];
    return {
      text: formatAnalytics(breakdownAnalytics(read, { by, good }), view),
      isEmpty: read.parts.length === 0,
    };
  }
  const { figures, inProgress, ...known } = await readStoreFigures(query, filter);
  const isEmpty = figures.total + inProgress === 0;
  const isRead = view.format === 'table' || view.format === 'markdown';
  const scope = isRead && !isEmpty ? { scope: scopeOf(filter, known) } : {};
  return { text: formatStats({ ...figures, inProgress, ...scope }, view), isEmpty };
}

function runningAt(
  sites: Awaited<ReturnType<typeof readStoreSites>>,
  { deployment, environment }: { readonly deployment: string; readonly environment: string },
): string | null {
  const own = sites.find((site) => site.deployment === deployment && site.environment === environment);
  return own?.inService?.version ?? null;
}
