import type { Site } from '../../ledger/read/endedSites.ts';
import type { DeploymentFilter } from '../../ledger/read/filter.ts';
import type { SiteState } from '../../ledger/read/site.ts';
import { hasEnded } from '../../ledger/statuses.ts';
import { viewSchema } from '../tables.ts';
import type { Query } from './query.ts';

export interface StoredSite extends Site, Pick<SiteState, 'healthy'> {
  readonly inService: { readonly version: string; readonly sinceMs: number } | null;
  /** Versions that hosts of the site run besides the one in service. */
  readonly others: { readonly versions: number; readonly hosts: number };
}

/** So many of the newest deployments of a site are searched for its last verification, as in a ledger. */
const furthest = 100;

/**
 * The sites that hosts have sent, the last to end first. `inService`: what was put in service last, on whichever host. Sites on
 * which nothing has ended are left out.
 */
export async function readStoreSites(
  query: Query,
  { deployment, environment, host }: DeploymentFilter,
): Promise<StoredSite[]> {
  const rows = await query(sitesSql, [deployment ?? null, environment ?? null, host ?? null]);
  return rows.map((row) => ({
    deployment: String(row.deployment),
    environment: String(row.environment),
    inService:
      row.version === null || row.since === null
        ? null
        : { version: String(row.version), sinceMs: (row.since as Date).getTime() },
    healthy: row.healthy === null ? null : Number(row.healthy) === 1,
    others: { versions: Number(row.other_versions), hosts: Number(row.other_hosts) },
  }));
}

const isNewest = `SELECT d.ledger_id, d.deployment_id, d.deployment_completed_at, d.deployment_status, d.health_check_duration,
        d.health_check_success
      FROM ${viewSchema}.deployment_metrics d
      WHERE d.deployment = named.deployment AND d.environment = named.environment AND d.discarded = 0 AND d.fragment = 0
        AND ($3::text IS NULL OR d.instance = $3)
      ORDER BY d.deployment_started_at DESC LIMIT ${furthest}`;

/**
 * Of two ledgers of one host, the one that was heard of last is meant. A verification has ended; an imported deployment has only the
 * columns of its own row.
 */
const sitesSql = `WITH heard AS (
    SELECT h.*, row_number() OVER (PARTITION BY instance, deployment, environment ORDER BY received_at DESC, ledger_id) AS heard
    FROM ${viewSchema}.hosts h
    WHERE ($1::text IS NULL OR deployment = $1) AND ($2::text IS NULL OR environment = $2) AND ($3::text IS NULL OR instance = $3)),
  known AS (
    SELECT deployment, environment, version, since, row_number() OVER (PARTITION BY deployment, environment
      ORDER BY CASE WHEN version IS NULL OR since IS NULL THEN 1 ELSE 0 END, since DESC, received_at DESC) AS place
    FROM heard WHERE heard = 1),
  named AS (SELECT deployment, environment, version, since FROM known WHERE place = 1),
  others AS (
    SELECT known.deployment, known.environment, count(DISTINCT known.version) AS versions, count(*) AS hosts
    FROM known JOIN named ON named.deployment = known.deployment AND named.environment = known.environment
      AND named.version <> known.version
    GROUP BY known.deployment, known.environment)
  SELECT named.*, ended.at AS ended_at, checked.healthy, COALESCE(others.versions, 0) AS other_versions,
    COALESCE(others.hosts, 0) AS other_hosts
  FROM named LEFT JOIN others ON others.deployment = named.deployment AND others.environment = named.environment
  CROSS JOIN LATERAL (SELECT max(n.deployment_completed_at) AS at FROM (${isNewest}) AS n WHERE n.${hasEnded}) AS ended
  LEFT JOIN LATERAL (
    SELECT COALESCE(v.success, n.health_check_success) AS healthy FROM (${isNewest}) AS n
    LEFT JOIN ${viewSchema}.health_verifications v ON v.ledger_id = n.ledger_id AND v.deployment_id = n.deployment_id
    WHERE v.success IS NOT NULL OR (n.health_check_duration IS NOT NULL AND n.${hasEnded})
    ORDER BY COALESCE(v.ended_at, n.deployment_completed_at) DESC, v.id DESC LIMIT 1) AS checked ON true
  WHERE ended.at IS NOT NULL ORDER BY ended.at DESC, named.deployment, named.environment`;
