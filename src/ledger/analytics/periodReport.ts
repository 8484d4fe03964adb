import type { Database } from '../file/addon.ts';
import { transaction } from '../file/transaction.ts';
import { readBad } from '../read/badDeployments.ts';
import { readDowntimeTogether } from '../read/downtimeTogether.ts';
import { endedSites, type Site } from '../read/endedSites.ts';
import type { DeploymentFilter } from '../read/filter.ts';
import type { DeploymentRecord } from '../read/record.ts';
import { type SiteState, siteState } from '../read/site.ts';
import { readStatistics, type Statistics } from '../read/statistics.ts';
import { type BudgetUse, readBudget } from './budget.ts';
import { type PhaseTimes, readPhaseTimes } from './phaseTimes.ts';
import { type Restores, readRestores } from './restores.ts';

/** A period, compared with the period of the same length before it. */
export interface Period {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly now: PeriodReport;
  readonly before: PeriodReport;
  readonly restores: Restores;
  /** Deployments that failed or were rolled back, newest first. */
  readonly bad: readonly DeploymentRecord[];
  readonly sites: readonly SiteNow[];
  readonly phases: readonly PhaseTimes[];
}

export interface PeriodReport extends Statistics {
  /** The sum over all that ended; null if nothing was measured. */
  readonly downtimeTogetherSeconds: number | null;
}

export interface SiteNow extends Site, SiteState {
  /** For the last 30 days. */
  readonly budget: BudgetUse | null;
}

const budgetMs = 30 * 86_400_000;

/** For deployments that began in the period; `wanted` restricts them to a deployment or an environment. */
export function readPeriod(
  db: Database,
  {
    fromMs,
    untilMs,
    wanted,
  }: { fromMs: number; untilMs: number; wanted: Pick<DeploymentFilter, 'deployment' | 'environment'> },
): Period {
  return transaction(db, { mode: 'read' }, () => {
    const filter = { ...wanted, sinceMs: fromMs, untilMs };
    const earlier = { ...wanted, sinceMs: 2 * fromMs - untilMs, untilMs: fromMs };
    return {
      fromMs,
      untilMs,
      now: figures(db, filter),
      before: figures(db, earlier),
      restores: readRestores(db, filter),
      bad: readBad(db, filter),
      sites: sitesNow(db, { untilMs, wanted }),
      phases: readPhaseTimes(db, filter),
    };
  });
}

function figures(db: Database, filter: DeploymentFilter): PeriodReport {
  return { ...readStatistics(db, filter), downtimeTogetherSeconds: readDowntimeTogether(db, filter) };
}

function sitesNow(
  db: Database,
  { untilMs, wanted }: { untilMs: number; wanted: Pick<DeploymentFilter, 'deployment' | 'environment'> },
): SiteNow[] {
  const budgets = readBudget(db, { ...wanted, fromMs: untilMs - budgetMs, untilMs: untilMs + 1 });
  return endedSites(db)
    .filter((site) => site.deployment === (wanted.deployment ?? site.deployment))
    .filter((site) => site.environment === (wanted.environment ?? site.environment))
    .map((site) => ({
      ...site,
      ...siteState(db, site),
      budget:
        budgets.find((one) => one.deployment === site.deployment && one.environment === site.environment) ??
        null,
    }));
}
