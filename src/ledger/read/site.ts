import type { Database } from '../file/addon.ts';
import { type InService, versionInServiceAt } from '../inService.ts';
import { endedAndCounts, isOpen } from '../statuses.ts';
import { endedSites, type Site } from './endedSites.ts';

/** Facts about a site in addition to its deployments. */
export interface SiteState {
  /** The version that was put in service last, on whichever host. */
  readonly inService: InService | null;
  /** The latest verification; null before any. */
  readonly healthy: boolean | null;
  /** Of the newest deployment that recorded one. */
  readonly runtimeVersion: string | null;
}

interface Verified {
  readonly success: number;
  readonly at: string;
}

/** The number of deployments that are searched for a verification after its deployment's end, and for a runtime. */
const furthest = 100;

/**
 * The site of a request without a name: of those that match, the one whose deployment ended last, otherwise the one
 * whose began last. Null if none matches.
 */
export function siteMeant(db: Database, wanted: Partial<Site>): Site | null {
  const fits = ({ deployment, environment }: Site): boolean =>
    deployment === (wanted.deployment ?? deployment) && environment === (wanted.environment ?? environment);
  return endedSites(db).find(fits) ?? begunSites(db).find(fits) ?? null;
}

export function siteState(db: Database, site: Site): SiteState {
  return {
    inService: versionInServiceAt(db, { ...site, instance: null }),
    healthy: healthOf(db, site),
    runtimeVersion: runtimeOf(db, site),
  };
}

function begunSites(db: Database): Site[] {
  return db
    .prepare<[], Site>(
      `SELECT deployment, environment FROM deployment_metrics
       WHERE ${isOpen} AND discarded = 0 AND fragment = 0 AND deployment IS NOT NULL AND environment IS NOT NULL
       ORDER BY deployment_started_at DESC, id DESC`,
    )
    .all();
}

/** By the verification that ended last, which may belong to a rollback or to an older deployment. */
function healthOf(db: Database, site: Site): boolean | null {
  const attempted = db
    .prepare<[Site & { furthest: number }], Verified>(
      `SELECT v.success, v.ended_at AS at FROM health_verifications v WHERE v.deployment_id IN (
         SELECT deployment_id FROM deployment_metrics WHERE deployment = @deployment AND environment = @environment
           AND discarded = 0 AND fragment = 0 ORDER BY deployment_started_at DESC, id DESC LIMIT @furthest)
       ORDER BY v.ended_at DESC, v.id DESC LIMIT 1`,
    )
    .get({ ...site, furthest });
  // An imported deployment has only its columns, and for an old one they are enough to find it.
  const ofColumns = db
    .prepare<[Site], Verified>(
      `SELECT COALESCE(v.success, d.health_check_success) AS success, COALESCE(v.ended_at, d.deployment_completed_at) AS at
       FROM (SELECT * FROM deployment_metrics WHERE ${endedAndCounts} AND deployment = @deployment AND environment = @environment
             AND health_check_duration IS NOT NULL ORDER BY deployment_completed_at DESC, id DESC LIMIT 1) d
       LEFT JOIN health_verifications v ON v.deployment_id = d.deployment_id ORDER BY v.id DESC LIMIT 1`,
    )
    .get(site);
  const known = [attempted, ofColumns].filter((one) => one !== undefined);
  const [latest] = known.sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
  return latest === undefined ? null : latest.success === 1;
}

function runtimeOf(db: Database, site: Site): string | null {
  const newest = db
    .prepare<[Site & { furthest: number }], string | null>(
      `SELECT python_version FROM deployment_metrics
       WHERE deployment = @deployment AND environment = @environment AND discarded = 0 AND fragment = 0
       ORDER BY deployment_started_at DESC, id DESC LIMIT @furthest`,
    )
    .pluck()
    .all({ ...site, furthest });
  return newest.find((version) => version !== null) ?? null;
}
