import type { Database } from '../file/addon.ts';
import { type InService, isAt, type Place, versionInServiceAt } from '../inService.ts';
import { endedAndCounts, isOpen } from '../statuses.ts';
import { endedSites, type Site } from './endedSites.ts';

/** Facts about a site in addition to its deployments. */
export interface SiteState {
  /** The version that was put in service last, on whichever of the hosts. */
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

/** Of all hosts, or of one. */
export function siteState(db: Database, site: Site, host?: string): SiteState {
  const place = { deployment: site.deployment, environment: site.environment, instance: host ?? null };
  return {
    inService: versionInServiceAt(db, place),
    healthy: healthOf(db, place),
    runtimeVersion: runtimeOf(db, place),
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
function healthOf(db: Database, place: Place): boolean | null {
  const attempted = db
    .prepare<[Place & { furthest: number }], Verified>(
      `SELECT v.success, v.ended_at AS at FROM health_verifications v WHERE v.deployment_id IN (
         SELECT deployment_id FROM deployment_metrics WHERE ${isAt(place)}
           AND discarded = 0 AND fragment = 0 ORDER BY deployment_started_at DESC, id DESC LIMIT @furthest)
       ORDER BY v.ended_at DESC, v.id DESC LIMIT 1`,
    )
    .get({ ...place, furthest });
  // An imported deployment has only its columns, and for an old one they are enough to find it.
  const ofColumns = db
    .prepare<[Place], Verified>(
      `SELECT COALESCE(v.success, d.health_check_success) AS success, COALESCE(v.ended_at, d.deployment_completed_at) AS at
       FROM (SELECT * FROM deployment_metrics WHERE ${endedAndCounts} AND ${isAt(place)}
             AND health_check_duration IS NOT NULL ORDER BY deployment_completed_at DESC, id DESC LIMIT 1) d
       LEFT JOIN health_verifications v ON v.deployment_id = d.deployment_id ORDER BY v.id DESC LIMIT 1`,
    )
    .get(place);
  const known = [attempted, ofColumns].filter((one) => one !== undefined);
  const [latest] = known.sort((one, other) => Date.parse(other.at) - Date.parse(one.at));
  return latest === undefined ? null : latest.success === 1;
}

function runtimeOf(db: Database, place: Place): string | null {
  const newest = db
    .prepare<[Place & { furthest: number }], string | null>(
      `SELECT python_version FROM deployment_metrics
       WHERE ${isAt(place)} AND discarded = 0 AND fragment = 0
       ORDER BY deployment_started_at DESC, id DESC LIMIT @furthest`,
    )
    .pluck()
    .all({ ...place, furthest });
  return newest.find((version) => version !== null) ?? null;
}
