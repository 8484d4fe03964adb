import type { GroupSnapshot, RecentDeployment, RecentStage } from '../../metrics/snapshot.ts';
import type { DeploymentStatus, GroupKey } from '../../model.ts';
import type { Database } from '../file/addon.ts';
import type { Selected } from '../rows.ts';

/** The part of a deployment's row that the metrics show. */
export interface ShownRow {
  readonly id: string;
  readonly version: string;
  readonly commitSha: string | null;
  readonly status: DeploymentStatus;
  readonly method: string | null;
  readonly url: string | null;
  readonly startedAt: string;
  readonly completedAt: string | null;
  readonly durationSeconds: number | null;
  readonly osVersion: string | null;
  readonly runtimeVersion: string | null;
  readonly memoryBytes: number | null;
}

/** How many deployments the metrics show. */
const shown = 10;
/** If those lack a value, this many are searched: a push costs the same with ten million rows. */
export const furthest = 100;

/** The newest deployments of a group, newest first, and values that may be in older ones. */
export interface NewestDeployments {
  readonly shown: readonly ShownRow[];
  /** The value of the newest one that has it (null if no memory was measured, no health verified). */
  newestOf<Value>(told: (row: ShownRow) => Value | null): Value | null;
  /** Each pair of version and commit once, the latest use first, as many as are shown. */
  versions(): { version: string; commitSha: string | null }[];
}

/** `used` gets each deployment that is shown or has a value: without its row the text would be another. */
export function newestDeployments(
  database: Database,
  key: GroupKey,
  used: Used | undefined,
): NewestDeployments {
  const first = readNewest(database, { key, most: shown });
  for (const { id } of first) used?.(id);
  let older: ShownRow[] | null = null;
  const behind = (): ShownRow[] => {
    older ??= first.length < shown ? [] : readNewest(database, { key, most: furthest }).slice(shown);
    return older;
  };
  return {
    shown: first,
    newestOf: (told) => firstTold(first, { told, used }) ?? firstTold(behind(), { told, used }),
    versions() {
      const found = distinctVersions(first);
      const all = found.length >= shown ? found : distinctVersions([...first, ...behind()]).slice(0, shown);
      for (const { id } of all) used?.(id);
      return all.map(({ version, commitSha }) => ({ version, commitSha }));
    },
  };
}

/** Called with the ID of a deployment. */
export type Used = (id: string) => void;

function firstTold<Value>(
  rows: readonly ShownRow[],
  { told, used }: { told: (row: ShownRow) => Value | null; used: Used | undefined },
): Value | null {
  for (const row of rows) {
    const value = told(row);
    if (value === null) continue;
    used?.(row.id);
    return value;
  }
  return null;
}

/** Seconds of the deployment that ended last, which may not be the one that began last; null before any. */
export function lastDuration(database: Database, key: GroupKey, used: Used | undefined): number | null {
  const found = database
    .prepare<unknown[], { id: string; seconds: number | null }>(
      `SELECT deployment_id AS id, total_duration AS seconds
       FROM (SELECT id, deployment_id, total_duration, deployment_completed_at AS ended ${ofGroup} LIMIT ${furthest})
       WHERE ended IS NOT NULL ORDER BY ended DESC, id LIMIT 1`,
    )
    .get(key.deployment, key.environment, key.instance);
  if (found !== undefined) used?.(found.id);
  return found?.seconds ?? null;
}

const ofGroup = `FROM deployment_metrics
  WHERE deployment = ? AND environment = ? AND instance = ? AND discarded = 0 AND fragment = 0
  ORDER BY deployment_started_at DESC, id DESC`;

function readNewest(database: Database, { key, most }: { key: GroupKey; most: number }): ShownRow[] {
  return database
    .prepare<unknown[], ShownRow>(
      `SELECT deployment_id AS id, version, commit_sha AS commitSha, deployment_status AS status,
       deployment_method AS method, url, deployment_started_at AS startedAt, deployment_completed_at AS completedAt,
       total_duration AS durationSeconds, os_version AS osVersion, python_version AS runtimeVersion,
       memory_bytes AS memoryBytes
       ${ofGroup} LIMIT ${most}`,
    )
    .all(key.deployment, key.environment, key.instance);
}

function distinctVersions(rows: readonly ShownRow[]): ShownRow[] {
  const distinct = new Map<string, ShownRow>();
  for (const row of rows) {
    const pair = JSON.stringify([row.version, row.commitSha]);
    if (!distinct.has(pair)) distinct.set(pair, row);
  }
  return [...distinct.values()];
}

/** The costs of each of these deployments so far, by resource. */
export function recentCosts(
  database: Database,
  ids: readonly string[],
): ReadonlyMap<string, RecentDeployment['costs']> {
  const rows = database
    .prepare<
      unknown[],
      Selected<'infrastructure_costs', { id: 'deployment_id'; resource: 'resource'; usd: 'cost_usd' }>
    >(
      `SELECT deployment_id AS id, resource, sum(cost_usd) AS usd FROM infrastructure_costs
       WHERE deployment_id IN (SELECT value FROM json_each(?)) GROUP BY deployment_id, resource ORDER BY min(id)`,
    )
    .all(JSON.stringify(ids));
  const costs = new Map<string, { resource: string; usd: number }[]>();
  for (const { id, ...cost } of rows) costs.set(id, [...(costs.get(id) ?? []), cost]);
  return costs;
}

/** The error rates of a deployment, the latest of each service; null if there is none. */
export function errorRates(database: Database, deploymentId: string): GroupSnapshot['errorRates'] {
  const services = database
    .prepare<unknown[], Selected<'post_deployment_errors', { service: 'service'; errorRate: 'error_rate' }>>(
      `SELECT service, error_rate AS errorRate FROM post_deployment_errors
       WHERE id IN (SELECT max(id) FROM post_deployment_errors WHERE deployment_id = ? GROUP BY service) ORDER BY id`,
    )
    .all(deploymentId);
  return services.length > 0 ? { deploymentId, services } : null;
}

type StageRow = Selected<
  'deployment_stages',
  {
    deploymentId: 'deployment_id';
    service: 'service';
    stage: 'stage';
    startedAt: 'started_at';
    durationSeconds: 'duration_seconds';
    status: 'status';
  }
>;

/**
 * The latest run of each service and stage of these deployments, in order of their first run. A run during a rollback
 * is shown only if the deployment has none of its own; marks after the end are not shown.
 */
export function recentStages(
  database: Database,
  ids: readonly string[],
): ReadonlyMap<string, readonly RecentStage[]> {
  const rows = database
    .prepare<unknown[], StageRow>(
      `SELECT deployment_id AS deploymentId, service, stage, started_at AS startedAt,
       duration_seconds AS durationSeconds, status
       FROM deployment_stages WHERE late = 0 AND deployment_id IN (SELECT value FROM json_each(?))
       ORDER BY of_rollback DESC, id`,
    )
    .all(JSON.stringify(ids));
  const latest = new Map<string, Map<string, RecentStage>>();
  for (const { deploymentId, service, stage, startedAt, durationSeconds, status } of rows) {
    const stages = latest.get(deploymentId) ?? new Map<string, RecentStage>();
    latest.set(deploymentId, stages);
    const run = { service, stage, startedAtMs: Date.parse(startedAt), durationSeconds, status };
    stages.set(JSON.stringify([service, stage]), run);
  }
  return new Map([...latest].map(([id, stages]) => [id, [...stages.values()]]));
}
