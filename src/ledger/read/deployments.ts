import type { Database } from '../file/addon.ts';
import { hasEnded } from '../statuses.ts';
import { type DeploymentFilter, deploymentCondition, type LimitedFilter } from './filter.ts';
import {
  type DeploymentRecord,
  type DeploymentRow,
  deploymentColumns,
  deploymentRecord,
  tablesOfColumns,
} from './record.ts';

/**
 * Recent deployments that match, newest start first. Without a limit: all of them. Includes running ones, not discarded
 * or incomplete ones.
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

/** The tables that a list of deployments is made from, with what each tracked. */
export function tablesOfHistory(): string[] {
  return [...tablesOfColumns(), 'tracked_items'];
}

/** One deployment by its full ID, including discarded and incomplete ones; null if the ledger has none. */
export function readDeployment(db: Database, deploymentId: string): DeploymentRecord | null {
  const row = db
    .prepare<[string], DeploymentRow>(
      `SELECT ${deploymentColumns} FROM deployment_metrics AS d WHERE d.deployment_id = ?`,
    )
    .get(deploymentId);
  return row === undefined ? null : deploymentRecord(row);
}

/** The ID of the newest matching deployment of a version; null if there is none. */
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

/** The ID of the deployment that ended last, of the given names if they are given; also a discarded one. */
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

/** The ID of the deployment of the same site that started before another one; null: it was the first. */
export function deploymentBefore(db: Database, one: Place): string | null {
  return nextTo(db, one, 'deployment_started_at < @startedAt ORDER BY deployment_started_at DESC, id DESC');
}

/** The ID of the one that started after it; null: it is the last. */
export function deploymentAfter(db: Database, one: Place): string | null {
  return nextTo(db, one, 'deployment_started_at > @startedAt ORDER BY deployment_started_at, id');
}

type Place = Pick<DeploymentRecord, 'deployment' | 'environment' | 'startedAt'>;

function nextTo(db: Database, { deployment, environment, startedAt }: Place, place: string): string | null {
  const found = db
    .prepare<[Place], string>(
      `SELECT deployment_id FROM deployment_metrics
       WHERE deployment = @deployment AND environment = @environment AND discarded = 0 AND fragment = 0 AND ${place} LIMIT 1`,
    )
    .pluck()
    .get({ deployment, environment, startedAt });
  return found ?? null;
}

/**
 * The IDs that an argument may mean: the ID itself, otherwise every one that begins with it or has it as the part after
 * its last hyphen, as `history` shows it on a narrow terminal. Newest first, at most ten.
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
