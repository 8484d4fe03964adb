import type { BudgetUse, CountedUse } from '../../ledger/analytics/budget.ts';
import { budgetMs, type Period } from '../../ledger/analytics/periodReport.ts';
import { readBad } from '../../ledger/read/badDeployments.ts';
import type { Site } from '../../ledger/read/endedSites.ts';
import type { DeploymentFilter } from '../../ledger/read/filter.ts';
import { sliceOf } from '../../ledger/sync/slice.ts';
import { keysOfBad } from '../meant.ts';
import { rowsOfKeys } from '../slice.ts';
import { readStorePhases } from './phaseTimes.ts';
import type { Query } from './query.ts';
import { readStoreBudget } from './storeBudget.ts';
import { readFiguresOf } from './storeFigures.ts';
import { readStoreSites } from './storeSites.ts';

/** `report` of the store: what `readPeriod` of a ledger reads. */
export async function readStorePeriod(
  query: Query,
  {
    fromMs,
    untilMs,
    wanted,
    mostBad,
  }: { fromMs: number; untilMs: number; wanted: DeploymentFilter; mostBad: number },
): Promise<Period> {
  const filter = { ...wanted, sinceMs: fromMs, untilMs };
  const [now, before, bad, sites, budgets, phases] = await Promise.all([
    readFiguresOf(query, filter),
    readFiguresOf(query, { ...wanted, sinceMs: 2 * fromMs - untilMs, untilMs: fromMs }),
    readBadOf(query, { filter, most: mostBad }),
    readStoreSites(query, wanted),
    readStoreBudget(query, { ...wanted, fromMs: untilMs - budgetMs, untilMs: untilMs + 1 }),
    readStorePhases(query, filter),
  ]);
  return {
    ...{ fromMs, untilMs, now, before, bad, phases },
    sites: sites.map(({ inService, ...site }) => ({
      ...site,
      inService: inService === null ? null : { ...inService, commitSha: null },
      runtimeVersion: null,
      budget: budgetOf(budgets, site),
    })),
  };
}

function budgetOf(budgets: readonly CountedUse[], { deployment, environment }: Site): BudgetUse | null {
  const found = budgets.find((one) => one.deployment === deployment && one.environment === environment);
  if (found === undefined) return null;
  const { deployments: _, ...use } = found;
  return use;
}

async function readBadOf(
  query: Query,
  { filter, most }: { filter: DeploymentFilter; most: number },
): Promise<Period['bad']> {
  const keys = await keysOfBad(query, { ...filter, limit: most });
  const slice = await sliceOf(rowsOfKeys(query, { keys }));
  try {
    return readBad(slice, { ...filter, most });
  } finally {
    slice.close();
  }
}
