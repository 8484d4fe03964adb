import type { Database } from '../../ledger/file/addon.ts';
import { deploymentBefore } from '../../ledger/read/deployments.ts';
import { readDetail } from '../../ledger/read/detail.ts';
import { readAttempts } from '../../ledger/read/pages.ts';
import { detailJson } from '../../report/show/showJson.ts';
import type { Deployment } from '../api.ts';

/** One deployment for the web UI: the fields of `show --json`, each attempt, and the IDs to compare with. Null if unknown. */
export function deploymentPageJson(database: Database, id: string): Deployment | null {
  const detail = readDetail(database, id);
  if (detail === null) return null;
  const rolledBackBy = detail.rollbacks.find(({ byDeploymentId }) => byDeploymentId !== null);
  return {
    ...detailJson(detail),
    attempts: readAttempts(database, id).map(({ at, latencySeconds, healthy, verdict, of }) => ({
      at,
      latency: latencySeconds,
      healthy,
      verdict,
      of_prober: of === null,
    })),
    before: deploymentBefore(database, detail.deployment),
    rolled_back_by: rolledBackBy?.byDeploymentId ?? null,
  };
}
