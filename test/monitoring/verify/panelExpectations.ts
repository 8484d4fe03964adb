import { alertExpectations, atOnce } from './alertExpectations.ts';
import { type Expectation, exactly, values } from './expectation.ts';
import * as facts from './facts.ts';
import { fleetPanels } from './fleetPanels.ts';
import * as health from './healthFacts.ts';
import * as now from './nowFacts.ts';
import * as records from './recordFacts.ts';
import { troubleshootingPanels } from './troubleshootingPanels.ts';

const key = 'instance, deployment, environment';

/** Alerts with a `for` may or may not be pending long enough. */
const fired: Expectation = {
  kind: 'fired',
  alerts: Object.fromEntries(Object.entries(alertExpectations).filter(([name]) => atOnce.includes(name))),
};

/** What every dashboard has. */
const common: Readonly<Record<string, Expectation>> = {
  deployment: values('SELECT deployment AS value FROM latest'),
  environment: values('SELECT environment AS value FROM latest'),
  instance: values('SELECT instance AS value FROM latest'),
  deployment_id: values('SELECT deployment_id AS value FROM recent'),
  Deployments: now.recentFigure('1000 * started', { columns: ', version' }),
  Rollbacks: exactly(`SELECT ${key}, count(*) AS value FROM rollback_events GROUP BY ${key}`),
  'Firing alerts': fired,
};

const deploymentsPanels: Readonly<Record<string, Expectation>> = {
  'Success rate, 7 days A': facts.successRate(),
  'Success rate, 7 days B': facts.finished(),
  'Running now A': now.running,
  'Not healthy A': exactly('SELECT total(value = 0) AS value FROM last_verifications'),
  'Newest deployments by status A': now.groupsByStatus,
  'In service A': now.info,
  'In service B': now.newestDeployments('rolled_back,'),
  'In service C': health.verification,
  'In service D': now.secondsInService(''),
  'In service E': now.commitsInService,
  'In service F': now.lastDurations,
  'Health checks A': health.checks,
  'Versions and commits A': now.versionsAndCommits,
  'CPU used by deployments A': now.cpuPercent,
  'Memory used by deployments A': now.memory,
  'Rollbacks A': records.rollbacks(key),
  'Duration A': now.lastDurations,
};

const pipelinePanels: Readonly<Record<string, Expectation>> = {
  'Success rate A': facts.successRate(),
  'Success rate B': facts.finished(),
  'Time to deploy A': facts.timeToDeploy('', { q: 0.5 }),
  'Time to deploy B': facts.timeToDeploy(),
  'Time to deploy C': facts.deployed(),
  'Last deployment A': exactly(
    `SELECT ${key}, shown AS status, CASE shown WHEN 'failed' THEN 0 WHEN 'in_progress' THEN 2 ELSE 1 END AS value
     FROM latest ORDER BY started DESC LIMIT 1`,
  ),
  'Active deployments A': now.running,
  'Success rate over time A': facts.successRate('environment'),
  'Time to deploy over time, p95 A': facts.timeToDeploy('environment'),
  'Deployments per day A': facts.successesPerDay(7),
  'Deployments per day B': facts.successesPerDay(1),
  'Lead time A': facts.timeToDeploy('deployment, environment', { q: 0.5 }),
  'Lead time B': facts.timeToDeploy('deployment, environment'),
  'Lead time C': facts.deployed('deployment, environment'),
  'Change fail rate A': facts.failRate(),
  'Change fail rate B': facts.failedOrRolledBack,
  'Change fail rate C': facts.finished(),
  'Time to restore A': health.secondsToRestore,
  'Time to restore B': health.outages,
  'Downtime A': facts.downtimeSum(),
  'Downtime B': facts.downtime(''),
  'Downtime C': facts.downtimeCount,
  'Error budget left, 30 days A': records.budgetLeft,
  'Error budget spent by cause, 30 days A': records.budgetByCause,
  'Burn rate A': facts.burnRate,
  'Burn rate B': facts.burnRate,
  'Burn rate C': facts.burnRate,
  'Rollbacks by reason A': records.rollbacksByReason,
  'Stage duration, average A': facts.stageAverage('count(seconds) > 0'),
  'Stage duration, average B': facts.stageCount,
  'Stage failures A': facts.stageFailures('service, stage, error_type'),
  'Health checks passed A': health.healthyPercent,
  'Health checks passed B': health.observed,
  'Smoke tests A': records.smokeRuns(),
  'Smoke tests B': records.smokeRuns('failure'),
  'Smoke tests C': records.smokeByTest,
  'Migration, last run A': exactly(
    "SELECT max(value) AS value FROM last_stages WHERE stage = 'migration' HAVING count(*) > 0",
  ),
  'Recent deployments A': now.recent(),
  'Recent deployments B': now.recentFigure('1000 * started'),
  'Recent deployments C': now.recentFigure('total_duration'),
  'Recent deployments D': now.stageCounts(),
  'Recent deployments E': records.costByDeployment(`${key},`),
};

/** By dashboard; the name is the panel's title with the letter of its query. */
export const panelExpectations: Readonly<Record<string, Readonly<Record<string, Expectation>>>> = {
  deployments: { ...common, ...deploymentsPanels },
  fleet: { ...common, ...fleetPanels },
  pipeline: { ...common, ...pipelinePanels },
  troubleshooting: { ...common, ...troubleshootingPanels, 'Alerts that fired A': fired },
};
