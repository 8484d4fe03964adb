import type { Database } from '../file/addon.ts';
import type { Site } from '../read/endedSites.ts';
import { groupBy } from '../read/filter.ts';
import { siteState } from '../read/site.ts';
import type { Part } from './breakdown.ts';

/** A version that a site could be rolled back to. */
export interface GoodVersion extends Site {
  readonly inService: string | null;
  /** The newest version without a failed or rolled back deployment; null if there is none. */
  readonly version: string | null;
  /** The next newest, if the newest is in service already. */
  readonly before: string | null;
}

/** For each site of a breakdown by version, in the same order; of all hosts, or of one. */
export function goodVersions(db: Database, byVersion: readonly Part[], host?: string): GoodVersion[] {
  return goodVersionsOf(byVersion, (site) => siteState(db, site, host).inService?.version ?? null);
}

/** `inServiceAt`: the version that a site runs; null if none is known. */
export function goodVersionsOf(
  byVersion: readonly Part[],
  inServiceAt: (site: Site) => string | null,
): GoodVersion[] {
  const sites = groupBy(byVersion, ({ deployment, environment }) =>
    JSON.stringify([deployment, environment]),
  );
  return [...sites.values()].flatMap((parts) => {
    const [newest] = parts;
    if (newest === undefined) return [];
    const { deployment, environment } = newest;
    const inService = inServiceAt({ deployment, environment });
    const good = parts.filter(
      (part) => part.failed === 0 && part.rolledBack === 0 && part.version !== 'unknown',
    );
    const [version = null, next = null] = good.map((part) => part.version);
    return [{ deployment, environment, inService, version, before: version === inService ? next : null }];
  });
}
