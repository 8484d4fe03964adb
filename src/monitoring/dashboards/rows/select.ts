import { versionOrder } from '../../../ledger/sync/versionOrder.ts';

/** What the variables select. With all values a variable is the name of its own column, which every row matches. */
export const chosen =
  'deployment IN ($deployment) AND environment IN ($environment) AND instance IN ($instance)';

/** Incomplete and excluded deployments are in no figure. */
const counted = 'discarded = 0 AND fragment = 0';

/** The selected deployments that began in the dashboard's range, by the index on their start. */
export function inRange(columns: string, condition = ''): string {
  const more = condition === '' ? '' : ` AND ${condition}`;
  return `SELECT ${columns}
  FROM deploytrack.deployment_metrics
  WHERE $__timeFilter(deployment_started_at)
    AND ${chosen}
    AND ${counted}${more}`;
}

/** Without the rows that a rollback, or marks that came after the end, have added. */
export const ofDeployment = 's.of_rollback = 0 AND s.late = 0';

/** What the deployments of one rollout have in common. */
export const rollout = 'deployment, environment, version';

/** The ID within the whole store. */
export const key = 'ledger_id, deployment_id';

/** `hosts`: what runs on each host now. A host that was set up anew has a new ledger: the last one to report is meant. */
const hosts = `hosts AS (
  SELECT * FROM (
    SELECT h.*, row_number() OVER (PARTITION BY instance, deployment, environment ORDER BY received_at DESC, ledger_id) AS place
    FROM deploytrack.hosts h
    WHERE deployment IN ($deployment) AND environment IN ($environment)
  ) AS known
  WHERE place = 1
)`;

/** `versions`: those in service, in the order of `deploytrack fleet`, which does not depend on the selected hosts. */
const versions = versionOrder;

export const inService = { hosts, versions } as const;
