import { type Expectation, exactly, values } from './expectation.ts';
import * as facts from './facts.ts';
import * as health from './healthFacts.ts';
import * as now from './nowFacts.ts';
import * as records from './recordFacts.ts';

const key = 'instance, deployment, environment';
const production = "environment = 'production'";

/** The results that the ledgers give for each query of userQueries.tsv, in its valid form. */
export const userExpectations: Readonly<Record<string, Expectation>> = {
  Q01: facts.successRate(),
  Q02: facts.successRate(key),
  Q03: facts.successRate('environment', { having: 'value < 0.95' }),
  Q04: facts.timeToDeploy(key, { where: production }),
  Q05: facts.timeToDeploy(key, { where: production }),
  Q06: facts.lastStages(`${production} AND service = 'api'`),
  Q07: facts.timeToDeploy(key, { where: production }),
  Q07a: facts.timeToDeploy('environment', { above: 600 }),
  Q08: health.healthy('', { times: 100 }),
  Q09: health.latencyBySeries,
  Q10: health.healthy('', { having: 'value < 0.9' }),
  Q11: records.migrationSuccess(),
  Q12: facts.lastStages("stage = 'migration'"),
  Q13: records.smokeByTest,
  Q14: records.smokeSuccess(),
  Q15: records.rollbacksDone,
  Q16: records.rollbacksByReason,
  Q17: records.manyRollbacks,
  Q18: exactly(`SELECT stage, avg(value) AS value FROM last_stages WHERE ${production} GROUP BY stage`),
  Q19: facts.stageQuantile('stage', production),
  Q20: facts.lastStages(`stage = 'migration' AND ${production}`),
  Q21: facts.successRate(),
  Q22: now.newestInProduction,
  Q23: records.costByResource,
  Q24: records.costByDeployment(),
  Q25: facts.successRate(),
  Q26: facts.lastStages(),
  Q27: records.smokeByTest,
  Q28: failures(),
  Q29: health.errorRates(0.05),
  Q30: failures(),
  Q31: health.unhealthy('deployment, environment', 2.5),
  Q32: records.failedMigrations(", 'failure' AS status"),
  Q33: records.smokeFailures,
  Q34: now.runningLonger(900),
  Q35: facts.slowMigrations(120),
  P01: exactly("SELECT 100.0 * sum(outcome = 'success') / count(*) AS value FROM done"),
  P02: facts.timeToDeploy(),
  P03: health.status,
  P04: now.running,
  P05: facts.successRate(),
  P06: facts.timeToDeploy(),
  P07: records.rollbacksByReason,
  P08: facts.stageAverage(),
  P09: facts.stageFailures('stage, error_type'),
  P10: health.healthy('', { times: 100 }),
  P11: records.smokeCounts,
  P12: exactly("SELECT max(value) AS value FROM last_stages WHERE stage = 'migration'"),
  P13: now.recent('started'),
  P14: values('SELECT deployment_id AS value FROM recent'),
  P15: values('SELECT environment AS value FROM latest'),
  P16: now.stageStarts(now.picked),
  P17: now.stageDurations('deployment_id, service, stage, status', now.picked),
  P18: facts.failuresByError,
  P19: health.errorRates(),
  P20: health.latency(0.99),
  P21: now.recentFigure('total_duration', { columns: ', version, rolled_back' }),
  S1: exactly(
    'SELECT environment, 1 - 1.0 * sum(deployment_id IN (SELECT deployment_id FROM bad)) / count(*) AS value FROM done GROUP BY 1',
  ),
  S2: facts.timeToDeploy('environment'),
  S3: health.healthy('environment'),
  S4: records.migrationSuccess('environment'),
  S5: records.smokeSuccess('environment', '1'),
  S6: records.budget(),
  S7: facts.slower('time_to_deploy', { than: 1200, by: 'environment', least: 2 }),
  D01: health.status,
  D02: now.versionNumbers,
  D03: now.secondsInService(', version'),
  D04: health.verification,
  D05: now.info,
  D06: health.checks,
  D07: now.versionsAndCommits,
  D08: now.cpuPercent,
  D09: now.memory,
  D10: records.rollbacks(key),
  D11: now.lastDurations,
  D12: now.groupsByStatus,
  D13: values('SELECT deployment AS value FROM latest'),
  D14: values('SELECT environment AS value FROM latest'),
  D15: health.status,
  D16: { kind: 'names', names: now.names },
  A1: facts.slower('coalesce(downtime_duration, cutover_duration)', { than: 30 }),
  A2: facts.slower('total_duration', { than: 300 }),
  A3: health.failedVerifications(", 'failure' AS status"),
  A4: failures(),
  A5: facts.slower('time_to_healthy', { than: 60 }),
};

/** Queries that are valid as written, but mean something else; Q02 is always 1. */
export const asWritten: Readonly<Record<string, Expectation>> = {
  Q02: exactly(
    `SELECT ${key}, 'success' AS status, 1 AS value FROM done WHERE outcome = 'success' GROUP BY ${key}`,
  ),
  Q15: exactly(
    `SELECT ${key}, r.column1 AS reason, 'success' AS status, total(e.reason = r.column1 AND e.status = 'success') / 3600 AS value FROM the_groups
     JOIN (VALUES ('health_check_failed'), ('test_failed'), ('error_rate'), ('manual'), ('other')) r
     LEFT JOIN rollback_events e USING (${key}) WHERE 1 GROUP BY ${key}, r.column1`,
  ),
  Q17: exactly(
    `SELECT ${key}, reason, status, count(*) AS value FROM rollback_events WHERE status = 'success'
     GROUP BY ${key}, reason HAVING count(*) > 3`,
  ),
  Q21: facts.successRate(),
  // Which of the deployments that are not running are included is undefined.
  Q22: {
    kind: 'among',
    count: 10,
    sql: `SELECT ${key}, deployment_id, deployment_status = 'in-progress' AS value FROM recent WHERE ${production}`,
  },
  Q25: exactly(
    `SELECT ${key}, 'success' AS status, total(outcome = 'success') / 3600 AS value FROM done GROUP BY ${key}`,
  ),
  Q27: exactly(
    `SELECT ${key}, test_name, column1 AS status, total(s.status = column1) AS value FROM declared_tests
     JOIN (VALUES ('success'), ('failure')) LEFT JOIN smoke_events s USING (${key}, test_name) GROUP BY ${key}, test_name, column1`,
  ),
};

/** Failed deployments by series of the counter. */
function failures(): Expectation {
  return exactly(
    `SELECT ${key}, 'failure' AS status, count(*) AS value FROM done WHERE outcome = 'failure' GROUP BY ${key}`,
  );
}
