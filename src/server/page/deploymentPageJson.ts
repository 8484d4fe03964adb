import type { Database } from '../../ledger/file/addon.ts';
import { deploymentAfter, deploymentBefore, readDeployment } from '../../ledger/read/deployments.ts';
import { readDetail } from '../../ledger/read/detail.ts';
import { readAttempts } from '../../ledger/read/pages.ts';
import { usualPhases, usualTotal } from '../../ledger/read/rowPhases.ts';
import { isoTime } from '../../model.ts';
import { detailJson } from '../../report/show/showJson.ts';
import type { Deployment } from '../api.ts';

/** One deployment for the web UI: the fields of `show --json`, each attempt, and the IDs to compare with. Null if unknown. */
export function deploymentPageJson(
  database: Database,
  { id, nowMs }: { id: string; nowMs: number },
): Deployment | null {
  const detail = readDetail(database, id);
  if (detail === null) return null;
  const { deployment, environment } = detail.deployment;
  const rolledBackBy = detail.rollbacks.find(({ byDeploymentId }) => byDeploymentId !== null);
  const site = deployment === null || environment === null ? null : { deployment, environment };
  const before = deploymentBefore(database, detail.deployment);
  return {
    ...detailJson(detail),
    now: isoTime(nowMs),
    attempts: readAttempts(database, id).map(({ at, latencySeconds, healthy, verdict, of }) => ({
      at,
      latency: latencySeconds,
      healthy,
      verdict,
      of_prober: of === null,
    })),
    before,
    commit_before: before === null ? null : (readDeployment(database, before)?.commitSha ?? null),
    after: deploymentAfter(database, detail.deployment),
    rolled_back_by: rolledBackBy?.byDeploymentId ?? null,
    usual: site === null ? null : usualTotal(database, site),
    usual_phases: site === null ? [] : usualPhases(database, site),
  };
}
