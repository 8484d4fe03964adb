import type { Database } from '../../ledger/file/addon.ts';
import { readDetail } from '../../ledger/read/detail.ts';
import { readAttempts } from '../../ledger/read/pages.ts';
import { detailJson } from '../../report/showJson.ts';
import type { Deployment } from '../api.ts';

/** One deployment as the page shows it: what `show --json` has, each attempt, and who stands beside it. Null: unknown. */
export function deploymentPageJson(database: Database, id: string): Deployment | null {
  const detail = readDetail(database, id);
  if (detail === null) return null;
  const { deployment } = detail;
  const neighbour = database.prepare(
    `SELECT deployment_id FROM deployment_metrics WHERE deployment = ? AND environment = ? AND discarded = 0 AND fragment = 0
     AND deployment_started_at < ? ORDER BY deployment_started_at DESC, id DESC LIMIT 1`,
  );
  const before = neighbour.pluck().get(deployment.deployment, deployment.environment, deployment.startedAt);
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
    before: (before as string | undefined) ?? null,
    rolled_back_by: rolledBackBy?.byDeploymentId ?? null,
  };
}
