import type { Database } from '../file/addon.ts';
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
