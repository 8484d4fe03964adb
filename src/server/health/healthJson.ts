import type { Database } from '../../ledger/file/addon.ts';
import { transaction } from '../../ledger/file/transaction.ts';
import { readTrackedItems } from '../../ledger/read/changes.ts';
import { readHistory } from '../../ledger/read/deployments.ts';
import { deployedVersions, type Site } from '../../ledger/read/endedSites.ts';
import { readFacts } from '../../ledger/read/facts.ts';
import type { DeploymentRecord } from '../../ledger/read/record.ts';
import { siteState } from '../../ledger/read/site.ts';
import { type SiteStatistics, siteStatistics } from '../../ledger/read/siteStatistics.ts';
import { deploymentJson } from '../../report/deploymentJson.ts';
import type { Json } from '../../report/json.ts';
import { trackedJson } from '../../report/show/trackedJson.ts';

/** The response of `/health` and its status. Names and order of the fields are those that existing clients know. */
export interface HealthResponse {
  readonly status: 'healthy' | 'unhealthy' | 'unknown';
  readonly body: { readonly [key: string]: Json };
}

/** One site at one moment. `limit` is the maximum length of each list. `site` is null if the ledger has no deployment. */
export function healthResponse(
  database: Database,
  {
    site,
    limit,
    isSample = false,
    storeLostSince = null,
  }: { site: Site | null; limit: number; isSample?: boolean; storeLostSince?: string | null },
): HealthResponse {
  return transaction(database, { mode: 'read' }, () => {
    const answer = site === null ? nothingYet : ofSite(database, { site, limit });
    const origin = {
      ...(isSample ? { sample: true } : {}),
      ...(storeLostSince === null ? {} : { store_lost_since: storeLostSince }),
    };
    return { ...answer, body: { ...answer.body, ...origin } };
  });
}

function ofSite(database: Database, { site, limit }: { site: Site; limit: number }): HealthResponse {
  const { inService, healthy, runtimeVersion } = siteState(database, site);
  const status = healthy === null ? 'unknown' : healthy ? 'healthy' : 'unhealthy';
  const rows = readHistory(database, { ...site, limit });
  return {
    status,
    body: {
      status,
      service: site.deployment,
      environment: site.environment,
      version: inService?.version ?? null,
      in_service_since: inService === null ? null : new Date(inService.sinceMs).toISOString(),
      python_version: runtimeVersion,
      deployment_metrics: rows.map((row) => metricsJson(database, row)),
      deployment_statistics: statisticsJson(siteStatistics(database, site)),
      deployment_history: deployedVersions(database, { site, limit }).map((one) => ({ ...one })),
    },
  };
}

function metricsJson(database: Database, row: DeploymentRecord): Json {
  const { id, healthy } = row;
  return {
    ...deploymentJson(row),
    // As in the column: false if nothing was checked.
    health_check_success: healthy === true,
    ...trackedJson(id === null ? [] : readTrackedItems(database, id)),
    facts: id === null ? [] : readFacts(database, id).map((fact) => ({ ...fact })),
  };
}

function statisticsJson(of: SiteStatistics): Json {
  const rounded = (seconds: number | null) => (seconds === null ? null : Math.round(seconds * 10) / 10);
  return {
    total_deployments: of.total,
    successful_deployments: of.successful,
    failed_deployments: of.failed,
    avg_duration: rounded(of.meanSeconds),
    avg_downtime: rounded(of.meanDowntimeSeconds),
    min_duration: rounded(of.minSeconds),
    max_duration: rounded(of.maxSeconds),
    avg_health_check_time: rounded(of.meanHealthCheckSeconds),
  };
}

const nothingYet: HealthResponse = {
  status: 'unknown',
  body: {
    status: 'unknown',
    service: null,
    environment: null,
    version: null,
    in_service_since: null,
    python_version: null,
    deployment_metrics: [],
    deployment_statistics: statisticsJson({
      total: 0,
      successful: 0,
      failed: 0,
      meanSeconds: null,
      minSeconds: null,
      maxSeconds: null,
      meanDowntimeSeconds: null,
      meanHealthCheckSeconds: null,
    }),
    deployment_history: [],
  },
};
