import type { Database } from '../file/addon.ts';
import { withCachedStatements } from '../file/cacheStatements.ts';
import { transaction } from '../file/transaction.ts';
import { readBad } from '../read/badDeployments.ts';
import { endedSites, type Site } from '../read/endedSites.ts';
import type { DeploymentFilter } from '../read/filter.ts';
import type { DeploymentRecord } from '../read/record.ts';
import { type SiteState, siteState } from '../read/site.ts';
import { type BudgetUse, readBudgetUse } from './budget.ts';
import { type Figures, readFigures } from './figures.ts';
import { type PhaseTimes, readPhaseTimes } from './phaseTimes.ts';

/** A period, compared with the period of the same length before it. */
export interface Period {
  readonly fromMs: number;
  readonly untilMs: number;
  readonly now: Figures;
  readonly before: Figures;
  /** Deployments that failed or were rolled back, newest first; no more than asked for. `now.bad` counts all. */
  readonly bad: readonly DeploymentRecord[];
  readonly sites: readonly SiteNow[];
  readonly phases: readonly PhaseTimes[];
}

export interface SiteNow extends Site, SiteState {
  /** For the last 30 days. */
  readonly budget: BudgetUse | null;
  /** Of a store: versions that its hosts run besides the one in service. */
  readonly others?: { readonly versions: number; readonly hosts: number };
}

export const budgetMs = 30 * 86_400_000;

type Wanted = Pick<DeploymentFilter, 'deployment' | 'environment' | 'host'>;

/** For deployments that began in the period; `wanted` restricts them to a deployment, an environment or a host. */
export function readPeriod(
  db: Database,
  {
    fromMs,
    untilMs,
    wanted,
    mostBad,
  }: {
    fromMs: number;
    untilMs: number;
    wanted: Wanted;
    mostBad: number;
  },
): Period {
  const read = () => {
    const filter = { ...wanted, sinceMs: fromMs, untilMs };
    const earlier = { ...wanted, sinceMs: 2 * fromMs - untilMs, untilMs: fromMs };
    return {
      fromMs,
      untilMs,
      now: readFigures(db, filter),
      before: readFigures(db, earlier),
      bad: readBad(db, { ...filter, most: mostBad }),
      sites: sitesNow(db, { untilMs, wanted }),
      phases: readPhaseTimes(db, filter),
    };
  };
  return transaction(db, { mode: 'read' }, () => withCachedStatements(db, read));
}

function sitesNow(db: Database, { untilMs, wanted }: { untilMs: number; wanted: Wanted }): SiteNow[] {
  const budgets = readBudgetUse(db, { ...wanted, fromMs: untilMs - budgetMs, untilMs: untilMs + 1 });
  return endedSites(db)
    .filter((site) => site.deployment === (wanted.deployment ?? site.deployment))
    .filter((site) => site.environment === (wanted.environment ?? site.environment))
    .filter((site) => wanted.host === undefined || isOn(db, site, wanted.host))
    .map((site) => ({
      ...site,
      ...siteState(db, site, wanted.host),
      budget:
        budgets.find((one) => one.deployment === site.deployment && one.environment === site.environment) ??
        null,
    }));
}

/** Whether a host has a deployment of a site. */
function isOn(db: Database, { deployment, environment }: Site, host: string): boolean {
  const found = db
    .prepare(
      'SELECT 1 FROM deployment_metrics WHERE deployment = ? AND environment = ? AND instance = ? LIMIT 1',
    )
    .get(deployment, environment, host);
  return found !== undefined;
}
