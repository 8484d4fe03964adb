import type { Database } from '../file/addon.ts';
import { hasEnded } from '../statuses.ts';
import { type DeploymentFilter, deploymentCondition, type LimitedFilter } from './filter.ts';
import { type DeploymentRecord, type DeploymentRow, deploymentColumns, deploymentRecord } from './record.ts';

/**
 * The last deployments that match, newest start first. Without a limit: all of them.
 * Running ones are among them; discarded ones and fragments are not.
 */
export function readHistory(db: Database, filter: LimitedFilter): DeploymentRecord[] {
  const { sql, values } = deploymentCondition(filter);
  return db
    .prepare<[Record<string, string | number>], DeploymentRow>(
      `SELECT ${deploymentColumns} FROM deployment_metrics AS d WHERE ${sql}
       ORDER BY d.deployment_started_at DESC, d.id DESC LIMIT @limit`,
    )
    .all({ ...values, limit: filter.limit ?? -1 })
    .map(deploymentRecord);
}

/** One deployment by its whole id, discarded ones and fragments included; null when the ledger has none. */
export function readDeployment(db: Database, deploymentId: string): DeploymentRecord | null {
  const row = db
    .prepare<[string], DeploymentRow>(
      `SELECT ${deploymentColumns} FROM deployment_metrics AS d WHERE d.deployment_id = ?`,
    )
    .get(deploymentId);
  return row === undefined ? null : deploymentRecord(row);
}

/** The id of the newest deployment of a version, of those that match; null where there is none. */
export function newestOfVersion(db: Database, version: string, filter: DeploymentFilter): string | null {
  const { sql, values } = deploymentCondition(filter);
  const found = db
    .prepare<[Record<string, string | number>], string>(
      `SELECT d.deployment_id FROM deployment_metrics AS d WHERE ${sql} AND d.version = @version AND d.deployment_id IS NOT NULL
       ORDER BY d.deployment_started_at DESC, d.id DESC LIMIT 1`,
    )
    .pluck()
    .get({ ...values, version });
  return found ?? null;
}

/** The id of the deployment that ended last, of the given names where they are given; also a discarded one. */
export function newestEnded(
  db: Database,
  { deployment, environment }: { deployment: string | null; environment: string | null },
): string | null {
  const found = db
    .prepare<[string | null, string | null], string>(
      `SELECT deployment_id FROM deployment_metrics WHERE ${hasEnded} AND fragment = 0
       AND deployment = coalesce(?, deployment) AND environment = coalesce(?, environment) ORDER BY deployment_completed_at DESC, id DESC LIMIT 1`,
    )
    .pluck()
    .get(deployment, environment);
  return found ?? null;
}

/** The id of the deployment of the same site that started last before another one; null: it was the first. */
export function deploymentBefore(
  db: Database,
  { deployment, environment, startedAt }: Pick<DeploymentRecord, 'deployment' | 'environment' | 'startedAt'>,
): string | null {
  const found = db
    .prepare<[Pick<DeploymentRecord, 'deployment' | 'environment' | 'startedAt'>], string>(
      `SELECT deployment_id FROM deployment_metrics
       WHERE deployment = @deployment AND environment = @environment AND discarded = 0 AND fragment = 0
       AND deployment_started_at < @startedAt ORDER BY deployment_started_at DESC, id DESC LIMIT 1`,
    )
    .pluck()
    .get({ deployment, environment, startedAt });
  return found ?? null;
}

/**
 * The ids that a word on the command line may mean: the id itself, else every one that begins with the
 * word or has it as the part behind its last hyphen, as `history` shows it on a narrow terminal. Newest
 * first, at most ten.
 */
export function matchingIds(db: Database, word: string): string[] {
  const exact = db
    .prepare<[string], string>('SELECT deployment_id FROM deployment_metrics WHERE deployment_id = ?')
    .pluck()
    .get(word);
  if (exact !== undefined) return [exact];
  if (word.length < 4) return [];
  return db
    .prepare<[{ word: string }], string>(
      `SELECT deployment_id FROM deployment_metrics
       WHERE substr(deployment_id, 1, length(@word)) = @word
          OR substr(deployment_id, -length(@word) - 1) = '-' || @word
       ORDER BY deployment_started_at DESC, id DESC LIMIT 10`,
    )
    .pluck()
    .all({ word });
}
