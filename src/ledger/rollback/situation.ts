import type { ProcessState } from '../../processes.ts';
import { factOf } from '../collected/facts.ts';
import type { DeploymentRow } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import { type LifeTest, phaseLife } from '../marks/deploymentProcesses.ts';
import type { Selected } from '../rows.ts';
import { hasEndedWell } from '../statuses.ts';
import { knownGoodVersion } from './knownVersions.ts';
import type { Situation } from './verdict.ts';

/**
 * The situation of a deployment as its rows tell it. `within`: the deployment whose rollback command has started us. It
 * counts only while that rollback is open: a service that the command started keeps the variable for good.
 */
export function readSituation(
  database: Database,
  { row, succeeded, within }: { row: DeploymentRow; succeeded: boolean; within: string | null },
): Situation {
  const { deploymentId, deployment, environment, instance, version } = row;
  const has = (sql: string, id: string | null = deploymentId): boolean =>
    database.prepare(sql).pluck().get(id) === 1;
  return {
    cutoverBegan:
      succeeded ||
      has(
        "SELECT EXISTS (SELECT 1 FROM deployment_stages WHERE deployment_id = ? AND stage = 'cutover' AND of_rollback = 0)",
      ) ||
      has(`SELECT EXISTS (SELECT 1 FROM deployment_metrics WHERE deployment_id = ? AND ${hasEndedWell})`),
    irreversible: factOf(database, { deploymentId, fact: 'migration.irreversible' }) !== null,
    rolledBackBefore: has('SELECT EXISTS (SELECT 1 FROM rollbacks WHERE deployment_id = ?)'),
    isRollback:
      has('SELECT EXISTS (SELECT 1 FROM rollbacks WHERE deployment_id = ? AND settled = 0)', within) ||
      has(
        'SELECT EXISTS (SELECT 1 FROM deployment_metrics WHERE deployment_id = ? AND rollback_of IS NOT NULL)',
      ),
    superseded: isSuperseded(database, row),
    good: knownGoodVersion(database, { deployment, environment, instance, version }),
  };
}

/**
 * Whether a later deployment of the same service has begun its cutover here, or has succeeded. It was recorded and started later:
 * imported history is only recorded later.
 */
function isSuperseded(
  database: Database,
  { id, startedAt, deployment, environment, instance, service }: DeploymentRow,
): boolean {
  const found = database.prepare(
    `SELECT EXISTS (SELECT 1 FROM deployment_metrics m WHERE m.id > @id AND m.deployment_started_at >= @startedAt AND m.deployment = @deployment
       AND m.environment = @environment AND m.instance = @instance AND m.service = @service AND m.discarded = 0 AND m.fragment = 0
       AND (m.${hasEndedWell} OR EXISTS (SELECT 1 FROM deployment_stages s
         WHERE s.deployment_id = m.deployment_id AND s.stage = 'cutover' AND s.of_rollback = 0)))`,
  );
  return found.pluck().get({ id, startedAt, deployment, environment, instance, service }) === 1;
}

/** A decision to roll back whose result is not recorded. */
export interface OpenDecision {
  readonly rollbackId: string;
  readonly reason: string;
  readonly toVersion: string | null;
  readonly failedCheck: string;
  /** How far its command got. `unstarted`: provably. */
  readonly command: 'unstarted' | 'running' | 'success' | 'failed';
  /** Whether a process that could be carrying it out is alive. */
  readonly life: ProcessState;
}

export function openDecision(
  database: Database,
  { deploymentId, life }: { deploymentId: string; life: LifeTest },
): OpenDecision | null {
  const found = database
    .prepare<
      unknown[],
      Selected<'rollbacks', { rollbackId: 'rollback_id'; reason: 'reason'; toVersion: 'to_version' }>
    >(
      `SELECT r.rollback_id AS rollbackId, r.reason, r.to_version AS toVersion FROM rollbacks r
       JOIN deployment_facts f ON f.deployment_id = r.deployment_id AND f.fact = 'rollback.automatic' AND f.value = r.rollback_id
       WHERE r.deployment_id = ? AND r.settled = 0`,
    )
    .get(deploymentId);
  if (found === undefined) return null;
  const run = database
    .prepare<unknown[], 'running' | 'success' | 'failed'>(
      "SELECT status FROM deployment_stages WHERE deployment_id = ? AND stage = 'rollback' AND of_rollback = 1 ORDER BY id DESC LIMIT 1",
    )
    .pluck()
    .get(deploymentId);
  const failedCheck = factOf(database, { deploymentId, fact: 'rollback.failed_check' }) ?? found.reason;
  return {
    ...found,
    failedCheck,
    command: run ?? 'unstarted',
    life: phaseLife(database, { deploymentId, life }),
  };
}
