import type { Database } from '../../ledger/file/addon.ts';
import type { LimitedFilter } from '../../ledger/read/filter.ts';
import { readSites } from '../../ledger/read/hosts.ts';
import { readPeriod } from '../../ledger/read/statistics.ts';
import { counted } from '../../text/counted.ts';

/** More are counted. */
const mostNamed = 3;

/** Of what and of which time statistics are: `gateway production, 2026-01-01 to 2026-01-09 (all time)`; days in the host's zone. */
export function scopeText(database: Database, filter: LimitedFilter): string {
  return scopeOf(filter, {
    sites: readSites(database, filter.host),
    period: filter.limit === undefined ? readPeriod(database, filter) : null,
  });
}

/** The same of what was read elsewhere. */
export function scopeOf(
  filter: LimitedFilter,
  known: {
    readonly sites: readonly Readonly<ReturnType<typeof readSites>[number]>[];
    readonly period: ReturnType<typeof readPeriod>;
  },
): string {
  const { deployment, environment, status, host, limit, sinceMs } = filter;
  const sites = known.sites.filter(
    (site) =>
      (deployment === undefined || site.deployment === deployment) &&
      (environment === undefined || site.environment === environment),
  );
  const what =
    sites.length <= mostNamed
      ? sites.map((site) => `${site.deployment} ${site.environment}`).join(', ')
      : `${counted(distinct(sites, 'deployment'), 'name')} in ${counted(distinct(sites, 'environment'), 'environment')}`;
  const period = limit === undefined ? known.period : null;
  const range = period === null ? [] : [`${dayOf(period.first)} to ${dayOf(period.last)}`];
  const time =
    limit !== undefined
      ? `the last ${limit}`
      : [...range, sinceMs === undefined ? '(all time)' : ''].join(' ').trim();
  const on = host === undefined ? '' : `on ${host}`;
  return [what, on, time, status === undefined ? '' : `only ${status}`]
    .filter((part) => part !== '')
    .join(', ');
}

function distinct<Key extends string>(rows: readonly Readonly<Record<Key, string>>[], key: Key): number {
  return new Set(rows.map((row) => row[key])).size;
}

function dayOf(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const two = (value: number) => String(value).padStart(2, '0');
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`;
}
