import type { Database } from 'better-sqlite3';
import { versionInService } from '../inService.ts';

/** What is deployed, and where to. */
export interface Site {
  readonly deployment: string;
  readonly environment: string;
}

/** What is known of a site beside its deployments. */
export interface SiteState {
  /** The version that was put in service last, on whichever host. */
  readonly inService: {
    readonly version: string;
    readonly commitSha: string | null;
    readonly sinceMs: number;
  } | null;
  /** How the latest verification went; null before any. */
  readonly healthy: boolean | null;
  /** Of the newest deployment that recorded one. */
  readonly runtimeVersion: string | null;
}

/** A verification or a runtime is looked for so many deployments back. */
const furthest = 100;

/**
 * The site that a question without a name means: of those that fit, the one whose deployment ended last, else the one
 * whose began last. Null where none fits.
 */
export function siteMeant(db: Database, wanted: Partial<Site>): Site | null {
  const { sql, values } = narrowed(wanted);
  const ended = db
    .prepare(
      `SELECT deployment, environment FROM deployment_metrics d WHERE ${sql} AND deployment_completed_at IS NOT NULL
       ORDER BY deployment_completed_at DESC, id DESC LIMIT 1`,
    )
    .get(values);
  const begun = () =>
    db
      .prepare(
        `SELECT deployment, environment FROM deployment_metrics d WHERE ${sql} ORDER BY deployment_started_at DESC, id DESC LIMIT 1`,
      )
      .get(values);
  return (ended ?? begun() ?? null) as Site | null;
}

export function siteState(db: Database, { deployment, environment }: Site): SiteState {
  const groups = db
    .prepare('SELECT id FROM groups WHERE deployment = ? AND environment = ?')
    .pluck()
    .all(deployment, environment) as number[];
  const services = groups.flatMap((id) => versionInService(db, id) ?? []);
  const [inService = null] = services.sort((one, other) => other.sinceMs - one.sinceMs);
  const rows = db
    .prepare(
      `SELECT python_version AS runtimeVersion, (SELECT success FROM health_verifications h
         WHERE h.deployment_id = d.deployment_id ORDER BY h.id DESC LIMIT 1) AS success
       FROM deployment_metrics d WHERE deployment = ? AND environment = ? AND discarded = 0 AND fragment = 0
       ORDER BY deployment_started_at DESC, id DESC LIMIT ?`,
    )
    .all(deployment, environment, furthest) as { runtimeVersion: string | null; success: number | null }[];
  const success = rows.find((row) => row.success !== null)?.success ?? null;
  return {
    inService,
    healthy: success === null ? null : success === 1,
    runtimeVersion: rows.find((row) => row.runtimeVersion !== null)?.runtimeVersion ?? null,
  };
}

function narrowed(wanted: Partial<Site>): { sql: string; values: Record<string, string> } {
  const named = Object.entries(wanted) as [keyof Site, string][];
  const parts = ['discarded = 0', 'fragment = 0', 'deployment IS NOT NULL', 'environment IS NOT NULL'];
  return {
    sql: [...parts, ...named.map(([name]) => `${name} = @${name}`)].join(' AND '),
    values: Object.fromEntries(named),
  };
}
