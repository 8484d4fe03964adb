import { readDelivery } from '../../ledger/analytics/dora.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { readDeployment, readHistory } from '../../ledger/read/deployments.ts';
import { readDetail } from '../../ledger/read/detail.ts';
import type { Site } from '../../ledger/read/endedSites.ts';
import { readSites } from '../../ledger/read/pages.ts';
import type { DeploymentRecord } from '../../ledger/read/record.ts';
import { siteState } from '../../ledger/read/site.ts';
import { lastFailedId, siteCounts } from '../../ledger/read/siteCounts.ts';
import { readStatistics } from '../../ledger/read/statistics.ts';
import { isoTime } from '../../model.ts';
import { doraReport } from '../../report/dora/levels.ts';
import { measuresOf } from '../../report/dora/measures.ts';
import { failureOf } from '../../report/failure.ts';
import type { DoraOverview, FailedDeployment, LastDeployment, Overview, TrendPoint } from '../api.ts';

/** Phases and trends cover this many recent deployments. */
const lastOnes = 100;
/** DORA's measures cover so many days, and no more deployments than these. */
const doraDays = 30;

/** The overview of a site; `site` is null if the ledger has no deployment yet. */
export function overviewJson(
  database: Database,
  { site, nowMs }: { site: Site | null; nowMs: number },
): Overview {
  const sites = readSites(database).map((one) => ({ ...one }));
  if (site === null) return { sites, site: null };
  const { inService, healthy } = siteState(database, site);
  const counts = siteCounts(database, site);
  const recent = readHistory(database, { ...site, limit: lastOnes });
  const { phases } = readStatistics(database, { ...site, limit: lastOnes });
  const failed = recent.find(isFailed) ?? (counts.failed === 0 ? null : failedBefore(database, site));
  const last = recent.find((row) => row.status !== 'in-progress') ?? null;
  return {
    sites,
    site: { ...site },
    in_service:
      inService === null
        ? null
        : {
            version: inService.version,
            commit_sha: inService.commitSha,
            since: new Date(inService.sinceMs).toISOString(),
          },
    healthy,
    total: counts.total,
    successful: counts.total - counts.failed,
    failed: counts.failed,
    phases: phases.map(({ stage, deployments, meanSeconds, share }) => ({
      stage,
      deployments,
      mean: meanSeconds,
      share,
    })),
    last: last === null ? null : lastJson(database, last),
    last_failed: failed === null ? null : failedJson(database, failed),
    running: recent
      .filter(({ status }) => status === 'in-progress')
      .map(({ id, version, startedAt }) => ({ id, version, started_at: startedAt })),
    trend: [...recent].reverse().map(trendJson),
    dora: doraJson(database, { site, nowMs, oldest: recent.length < lastOnes ? undefined : recent.at(-1) }),
  };
}

/** No measures if nothing finished in that time. `oldest` is the last row that may count. */
function doraJson(
  database: Database,
  { site, nowMs, oldest }: { site: Site; nowMs: number; oldest: DeploymentRecord | undefined },
): DoraOverview {
  const earliestMs = oldest === undefined ? 0 : Date.parse(oldest.startedAt);
  const sinceMs = Math.max(nowMs - doraDays * 86_400_000, earliestMs);
  const filter = { ...site, sinceMs, untilMs: nowMs + 1 };
  const [delivery] = readDelivery(database, { byHost: false, filter });
  const days = (nowMs - sinceMs) / 86_400_000;
  return {
    report: doraReport.title,
    since: isoTime(sinceMs),
    measures: delivery === undefined || days <= 0 ? [] : measuresOf(delivery, days),
  };
}

function isFailed({ status }: DeploymentRecord): boolean {
  return status === 'failed';
}

function failedBefore(database: Database, site: Site): DeploymentRecord | null {
  const id = lastFailedId(database, site);
  return id === null ? null : readDeployment(database, id);
}

function trendJson(row: DeploymentRecord): TrendPoint {
  return {
    id: row.id,
    version: row.version,
    started_at: row.startedAt,
    status: row.status,
    total: row.totalSeconds,
    downtime: row.downtimeSeconds,
    time_to_healthy: row.timeToHealthy === null ? null : Number(row.timeToHealthy),
  };
}

function lastJson(database: Database, row: DeploymentRecord): LastDeployment {
  const verifications = row.id === null ? [] : (readDetail(database, row.id)?.verifications ?? []);
  const verification = verifications.at(-1);
  return {
    id: row.id,
    version: row.version,
    status: row.status,
    started_at: row.startedAt,
    health:
      verification === undefined
        ? null
        : {
            success: verification.success,
            verdict: verification.verdict,
            error: verification.errorMessage,
          },
    rolled_back: row.rolledBack,
    rolled_back_to: row.rolledBackTo,
  };
}

function failedJson(database: Database, row: DeploymentRecord): FailedDeployment {
  const detail = row.id === null ? null : readDetail(database, row.id);
  return {
    id: row.id,
    version: row.version,
    started_at: row.startedAt,
    failure: failureOf(detail ?? { deployment: row, stages: [], verifications: [], smokeTests: [] }),
    rolled_back: row.rolledBack,
    rolled_back_to: row.rolledBackTo,
  };
}
