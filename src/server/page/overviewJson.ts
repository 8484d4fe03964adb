import { readBudgetUse } from '../../ledger/analytics/budget.ts';
import { type Figures, readFigures } from '../../ledger/analytics/figures.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { transaction } from '../../ledger/file/transaction.ts';
import { endedSites, type Site } from '../../ledger/read/endedSites.ts';
import type { LimitedFilter } from '../../ledger/read/filter.ts';
import { readHosts, readSites } from '../../ledger/read/hosts.ts';
import { readListed, searchReach } from '../../ledger/read/listed.ts';
import type { ListFilter } from '../../ledger/read/listFilter.ts';
import { countRolledBack } from '../../ledger/read/scopeCounts.ts';
import { countOpen } from '../../ledger/read/statistics.ts';
import { isoTime } from '../../model.ts';
import type { BarJson, BudgetJson, Overview } from '../api.ts';
import { doraJson } from './doraJson.ts';
import { figuresJson } from './figuresJson.ts';
import { inServiceJson } from './inServiceJson.ts';
import { lastFailureJson } from './lastFailureJson.ts';
import { runningJson } from './runningJson.ts';

const mostBars = 60;
const mostSites = 8;
const dayMs = 86_400_000;
const mostOfHost = 100;
const mostSpent = 200;

interface Asked {
  readonly scope: ListFilter;
  readonly nowMs: number;
}

/** The first screen of a scope, of one moment. */
export function overviewJson(database: Database, asked: Asked): Overview {
  return transaction(database, { mode: 'read' }, () => {
    const parts = overviewParts(database, asked);
    for (;;) {
      const { done, value } = parts.next();
      if (done === true) return value;
    }
  });
}

/** The same part by part, so that other requests can have their turn between two of them. */
export function* overviewParts(database: Database, { scope, nowMs }: Asked): Generator<undefined, Overview> {
  const { deployment, environment, host } = scope;
  const ended = endedSites(database);
  const hosts = readHosts(database).map((one) => ({ ...one }));
  const ofHost = host === undefined ? ended : readSites(database, host);
  const isOfHost = (site: Site) =>
    ofHost.some((one) => one.deployment === site.deployment && one.environment === site.environment);
  const inScope = ended
    .filter(isOfHost)
    .filter((site) => site.deployment === (deployment ?? site.deployment))
    .filter((site) => site.environment === (environment ?? site.environment));
  const inService = [];
  for (const site of inScope.slice(0, mostSites)) {
    inService.push(inServiceJson(database, site, host));
    yield;
  }
  const names = { deployment, environment };
  const { filter, before: earlier } = figureFilters(database, { scope, nowMs });
  const now = readFigures(database, filter);
  yield;
  const before = earlier === null ? null : readFigures(database, earlier);
  yield;
  const budget = budgetJson(database, { ...names, nowMs });
  yield;
  const bars = readListed(database, { ...scope, limit: mostBars });
  yield;
  const failure = lastFailureJson(database, scope);
  yield;
  const counts = countsJson(database, { now, filter });
  const running = runningJson(database, scope);
  yield;
  const days = filter.sinceMs === undefined ? null : (nowMs - filter.sinceMs) / dayMs;
  const [site] = inScope;
  return {
    now: isoTime(nowMs),
    is_empty: ended.length === 0 && readListed(database, { limit: 1 }).rows.length === 0,
    hosts,
    sites: sitesOf(hosts, ended),
    in_service: inService,
    more_in_service: Math.max(0, inScope.length - mostSites),
    running,
    last_failure: failure,
    figures: { now: figuresJson(now, days), before: before === null ? null : figuresJson(before, days) },
    budget,
    counts,
    bars: [...bars.rows].reverse().map(barJson),
    dora: inScope.length === 1 && site !== undefined ? doraJson(database, { site, nowMs }) : null,
  };
}

/** The deployments that figures are made of. Those of one host have no roll-ups: only as many as one search reaches are read. */
function figureFilters(
  database: Database,
  { scope: { deployment, environment, host, sinceMs }, nowMs }: Asked,
): { filter: LimitedFilter; before: LimitedFilter | null } {
  const names = { deployment, environment, host };
  const before = sinceMs === undefined ? null : { ...names, sinceMs: 2 * sinceMs - nowMs, untilMs: sinceMs };
  if (host === undefined) return { filter: { ...names, sinceMs }, before };
  const reach = searchReach(database, { ...names, sinceMs }, mostOfHost);
  if (reach === null) return { filter: { ...names, sinceMs }, before: null };
  return { filter: { ...names, sinceMs: Date.parse(reach) }, before: null };
}

function countsJson(
  database: Database,
  { now, filter }: { now: Figures; filter: LimitedFilter },
): Overview['counts'] {
  const open = countOpen(database, filter);
  return {
    all: now.total + open,
    success: now.successful - now.warning,
    failed: now.failed,
    warning: now.warning,
    'rolled-back': countRolledBack(database, filter),
    'in-progress': open,
  };
}

/** Of the site that has least left. Each failure uses all of the budget: many of them are only counted. */
function budgetJson(
  database: Database,
  { nowMs, ...names }: { nowMs: number; deployment: string | undefined; environment: string | undefined },
): BudgetJson | null {
  const fromMs = nowMs - 30 * dayMs;
  const { failed, bad } = readFigures(database, { ...names, sinceMs: fromMs });
  if (failed > mostSpent) return { site: null, left: 0, used: null, events: bad, last_at: null };
  const [worst] = readBudgetUse(database, { ...names, fromMs, untilMs: nowMs + 1 });
  if (worst === undefined) return null;
  const { deployment, environment, left, used, spent } = worst;
  const lastAt = spent.at(-1)?.at ?? null;
  return { site: { deployment, environment }, left, used, events: spent.length, last_at: lastAt };
}

function barJson(row: ReturnType<typeof readListed>['rows'][number]): BarJson {
  const { id, version, startedAt, status, totalSeconds, rolledBack } = row;
  return { id, version, started_at: startedAt, status, total: totalSeconds, rolled_back: rolledBack };
}

/** Everything that was deployed, and what has a group but was not deployed yet. */
function sitesOf(
  hosts: Overview['hosts'],
  ended: readonly { deployment: string; environment: string }[],
): Overview['sites'] {
  const all = [...ended, ...hosts].map(({ deployment, environment }) => ({ deployment, environment }));
  const known = new Map(all.map((site) => [JSON.stringify(site), site]));
  return [...known.values()].sort((one, other) =>
    `${one.deployment}\0${one.environment}` < `${other.deployment}\0${other.environment}` ? -1 : 1,
  );
}
