import { type Expectation, exactly } from './expectation.ts';
import * as facts from './facts.ts';
import * as health from './healthFacts.ts';
import * as now from './nowFacts.ts';
import * as records from './recordFacts.ts';

const key = 'instance, deployment, environment';
const ofItsGroup = `(${key}) IN (SELECT ${key} FROM recent WHERE ${now.picked})`;
/** p95 of each stage over all hosts, as the panel computes it from the buckets. */
const usual = `(SELECT deployment, environment, service, stage, stage_p95(seconds) AS p95 FROM ended_stages GROUP BY 1, 2, 3, 4)`;

/** Stages of the selected deployment, for example those that are drawn in one color, with more columns. */
function drawn(where: string, columns = ''): Expectation {
  return exactly(
    `SELECT ${key}, deployment_id, service, stage, ${columns}
     seconds AS value FROM recent_stages s JOIN ${usual} USING (deployment, environment, service, stage)
     WHERE seconds IS NOT NULL AND ${now.picked} AND ${where}`,
  );
}

export const troubleshootingPanels: Readonly<Record<string, Expectation>> = {
  'The deployment A': now.recent('1', now.picked),
  'The deployment B': now.recentFigure('1000 * started', { where: now.picked }),
  'The deployment C': now.recentFigure('total_duration', { where: now.picked }),
  'The deployment D': now.stageCounts(now.picked),
  'The deployment E': records.costByDeployment(`${key},`, now.picked),
  'Stages of the deployment A': exactly(
    `SELECT ${key}, deployment_id, service, stage, unix_seconds(started_at) -
     (SELECT started FROM recent r WHERE r.deployment_id = s.deployment_id) AS value FROM recent_stages s WHERE ${now.picked}`,
  ),
  'Stages of the deployment B': drawn("status = 'success' AND seconds <= p95"),
  'Stages of the deployment C': drawn("status = 'success' AND seconds > p95"),
  'Stages of the deployment D': drawn("status = 'failure'"),
  'Stages compared with their usual time A': now.stageDurations('service, stage, status', now.picked),
  'Stages compared with their usual time B': exactly(
    `SELECT ${key}, service, stage, p95 AS value FROM recent_stages JOIN ${usual} USING (deployment, environment, service, stage)
     WHERE seconds IS NOT NULL AND ${now.picked}`,
  ),
  'Failed stages of the deployment A': drawn(
    "status = 'failure'",
    `(SELECT url FROM recent r WHERE r.deployment_id = s.deployment_id) AS url, ${now.page},`,
  ),
  'Failures by type of error A': facts.failuresByError,
  'Failures by service A': facts.failuresByService,
  'Latency of health checks A': health.latency(0.5),
  'Latency of health checks B': health.latency(0.95),
  'Latency of health checks C': health.latency(0.99),
  'Error rate after the newest deployment A': health.errorRates(),
  // Each deployment's rate applies until the next one's.
  'Error rate after the newest deployment B': exactly(
    `SELECT e.service, m.environment, avg(error_rate) AS value FROM all_post_deployment_errors e JOIN m USING (deployment_id) GROUP BY 1, 2`,
  ),
  'Version in service A': exactly(`SELECT ${key}, version, 1 AS value FROM in_service WHERE ${ofItsGroup}`),
  'Stages by version A': exactly(
    `SELECT stage, version, avg(seconds) AS value FROM recent_stages WHERE status = 'success' AND ${ofItsGroup}
     AND ((${key}, version) IN (SELECT ${key}, version FROM recent WHERE ${now.picked})
       OR (${key}, version) IN (SELECT ${key}, version FROM in_service)) GROUP BY 1, 2`,
  ),
  'Deployments before and after it A': now.recent('1', ofItsGroup),
  'Deployments before and after it B': now.recentFigure('1000 * started', { where: ofItsGroup }),
  'Deployments before and after it C': now.recentFigure('total_duration', { where: ofItsGroup }),
  'Deployments before and after it D': now.stageCounts(ofItsGroup),
  'Deployments before and after it E': records.costByDeployment(`${key},`, ofItsGroup),
};
