import manifest from '../../../package.json' with { type: 'json' };
import { type Expectation, exactly } from './expectation.ts';
import * as facts from './facts.ts';
import * as health from './healthFacts.ts';
import * as now from './nowFacts.ts';
import * as records from './recordFacts.ts';

const key = 'instance, deployment, environment';

export const fleetPanels: Readonly<Record<string, Expectation>> = {
  'Hosts A': exactly('SELECT count(DISTINCT instance) AS value FROM latest HAVING count(*) > 0'),
  'Hosts behind A': exactly('SELECT count(DISTINCT instance) AS value FROM behind WHERE is_behind'),
  'Hosts by version A': exactly(
    'SELECT deployment, environment, version, count(*) AS value FROM in_service GROUP BY 1, 2, 3',
  ),
  'Versions by host A': now.info,
  // For how long the others have run the expected version, if this one is behind; otherwise 0.
  'Versions by host B': exactly(
    `SELECT ${key}, is_behind * (at_seconds() - (SELECT min(o.since) FROM behind o
       WHERE NOT o.is_behind AND (o.deployment, o.environment) = (b.deployment, b.environment))) AS value FROM behind b`,
  ),
  'Versions by host C': now.secondsInService(''),
  'Versions by host D': health.verification,
  'Versions by host E': now.newestDeployments(),
  'Deployments by host A': facts.successRate('instance'),
  'Deployments by host B': facts.finished('instance'),
  'Deployments by host C': facts.deployments('failure', 'instance'),
  'Deployments by host D': records.rollbacks('instance'),
  'Deployments by host E': facts.downtimeSum('instance'),
  'Deployments by host F': facts.downtime('instance'),
  'Operating system and runtime by host A': exactly(
    `SELECT DISTINCT instance, os_version, python_version AS runtime_version, 1 AS value FROM m
     WHERE (${key}, place) IN (SELECT ${key}, min(place) FROM m WHERE os_version IS NOT NULL GROUP BY ${key})`,
  ),
  'Operating system and runtime by host B': exactly(
    `SELECT DISTINCT instance, '${manifest.version}' AS version, 1 AS value FROM the_groups`,
  ),
  // Compares the gateway's clock at the push with the ledger's at the query.
  'Operating system and runtime by host C': {
    kind: 'between',
    sql: `SELECT instance, at_seconds() - max(delivered_at) / 1000.0 - 1 AS low, at_seconds() - max(delivered_at) / 1000.0 + 5 AS high
      FROM the_groups GROUP BY 1`,
  },
};
