import { readBudget } from '../../ledger/analytics/budget.ts';
import { type Figures, readFigures } from '../../ledger/analytics/figures.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { transaction } from '../../ledger/file/transaction.ts';
import { endedSites } from '../../ledger/read/endedSites.ts';
import type { LimitedFilter } from '../../ledger/read/filter.ts';
import { readListed } from '../../ledger/read/listed.ts';
import type { ListFilter } from '../../ledger/read/listFilter.ts';
import { readHosts } from '../../ledger/read/pages.ts';
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
/** Figures of one host are read row by row. */
const mostOfHost = 2000;

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
  const { deployment, environment, host, sinceMs } = scope;
  const ended = endedSites(database);
  const hosts = readHosts(database).map((one) => ({ ...one }));
  const inScope = ended
    .filter((site) => site.deployment === (deployment ?? site.deployment))
    .filter((site) => site.environment === (environment ?? site.environment));
  const inService = [];
  for (const site of inScope.slice(0, mostSites)) {
    inService.push(inServiceJson(database, site));
    yield;
  }
  const names = { deployment, environment };
  const limited = host === undefined ? {} : { limit: mostOfHost };
  const filter: LimitedFilter = { ...names, host, sinceMs, ...limited };
  const now = readFigures(database, filter);
  yield;
  const before = sinceMs === undefined ? null : figuresBefore(database, { filter, sinceMs, nowMs });
  yield;
  const budget = budgetJson(database, { ...names, nowMs });
  yield;
  const bars = readListed(database, { ...scope, limit: mostBars });
  yield;
  const days = sinceMs === undefined ? null : (nowMs - sinceMs) / dayMs;
  const [site] = inScope;
  return {
    now: isoTime(nowMs),
    is_empty: ended.length === 0 && hosts.length === 0,
    hosts,
    sites: sitesOf(hosts, ended),
    in_service: inService,
    more_in_service: Math.max(0, inScope.length - mostSites),
    running: runningJson(database, scope),
    last_failure: lastFailureJson(database, scope),
    figures: { now: figuresJson(now, days), before: before === null ? null : figuresJson(before, days) },
    budget,
    counts: countsJson(database, { now, filter: { ...names, host, sinceMs } }),
    bars: [...bars.rows].reverse().map(barJson),
    dora: inScope.length === 1 && site !== undefined ? doraJson(database, { site, nowMs }) : null,
  };
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

function figuresBefore(
  database: Database,
  { filter, sinceMs, nowMs }: { filter: LimitedFilter; sinceMs: number; nowMs: number },
): Figures {
  return readFigures(database, { ...filter, sinceMs: 2 * sinceMs - nowMs, untilMs: sinceMs });
}

/** Of the site that has least left. */
function budgetJson(
  database: Database,
  { nowMs, ...names }: { nowMs: number; deployment: string | undefined; environment: string | undefined },
): BudgetJson | null {
  const [worst] = readBudget(database, { ...names, fromMs: nowMs - 30 * dayMs, untilMs: nowMs + 1 });
  if (worst === undefined) return null;
  const { deployment, environment, left, used, spent } = worst;
  return { deployment, environment, left, used, events: spent.length, last_at: spent.at(-1)?.at ?? null };
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
