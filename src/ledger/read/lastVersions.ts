import type { Database } from '../file/addon.ts';
import { isAt, type Place } from '../inService.ts';
import { endedAndCounts } from '../statuses.ts';
import type { Site } from './endedSites.ts';

/** A deployment that ended, as far as the version in service is explained by it. */
export interface LastVersion {
  readonly id: string | null;
  readonly version: string;
  readonly previousVersion: string | null;
  readonly hostname: string | null;
  readonly triggeredBy: string | null;
  readonly status: 'success' | 'warning' | 'failed';
  readonly rolledBack: number;
}

const searched = 100;

/** The last deployments of a site, or of one host of it, that ended, newest first. */
export function readLastVersions(db: Database, site: Site, host?: string): LastVersion[] {
  const place = { deployment: site.deployment, environment: site.environment, instance: host ?? null };
  return db
    .prepare<[Place], LastVersion>(
      `SELECT deployment_id AS id, version, previous_version AS previousVersion, hostname, triggered_by AS triggeredBy,
         deployment_status AS status,
         EXISTS (SELECT 1 FROM rollbacks r WHERE r.deployment_id = d.deployment_id AND r.success = 1) AS rolledBack
       FROM deployment_metrics d WHERE ${endedAndCounts} AND ${isAt(place)}
       ORDER BY deployment_completed_at DESC, id DESC LIMIT ${searched}`,
    )
    .all(place);
}

/** The newest other version that neither failed nor was rolled back; null if the last deployments have none. */
export function versionToGoBackTo(last: readonly LastVersion[], inService: string): LastVersion | null {
  const bad = new Set(
    last.filter((one) => one.status === 'failed' || one.rolledBack === 1).map((one) => one.version),
  );
  return last.find(({ version }) => version !== inService && !bad.has(version)) ?? null;
}
