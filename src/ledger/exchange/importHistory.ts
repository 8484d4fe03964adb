import { isoTime } from '../../model.ts';
import { saveFacts } from '../collected/facts.ts';
import { findDeployment, freeStart } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import type { Row } from './exportedDeployment.ts';
import { redactRow } from './redactRow.ts';

/** A deployment from before this ledger, by the columns of `deployment_metrics`. */
export interface HistoryDeployment {
  readonly deploymentId: string;
  readonly row: Row;
  /** A row of the older `deployment_history`: it has nothing that a row of the same version and time lacks. */
  readonly isHistory: boolean;
}

export type ImportedHistory = 'new' | 'changed' | 'known';

/**
 * Imports a deployment that ended before this ledger existed: into the table, `stats` and `/health`, never a total. The
 * same one again is known, or updated if its row has changed. Throws if it would change a final status.
 */
export function importHistory(
  database: Database,
  { deployment, facts, wallMs }: { deployment: HistoryDeployment; facts: Row; wallMs: number },
): ImportedHistory {
  const { deploymentId, isHistory } = deployment;
  const row = redactRow(deployment.row);
  const known = findDeployment(database, deploymentId);
  if (known === null) {
    if (isHistory && isThere(database, row)) return 'known';
    insert(database, { deploymentId, row });
    database.prepare('INSERT INTO imported_deployments VALUES (?, ?)').run(deploymentId, isoTime(wallMs));
  } else if (!isImported(database, deploymentId) || !update(database, { deploymentId, row })) return 'known';
  saveFacts(database, { deploymentId, source: 'import', atMs: wallMs, facts });
  return known === null ? 'new' : 'changed';
}

/** Whether the table has this version with a start or an end in the same second. */
function isThere(database: Database, row: Row): boolean {
  const found = database.prepare(
    `SELECT EXISTS (SELECT 1 FROM deployment_metrics WHERE version = @version AND deployment = @deployment AND environment = @environment
     AND substr(@deployment_started_at, 1, 19) IN (substr(deployment_started_at, 1, 19), substr(deployment_completed_at, 1, 19)))`,
  );
  const { version, deployment, environment, deployment_started_at } = row;
  return found.pluck().get({ version, deployment, environment, deployment_started_at }) === 1;
}

function insert(database: Database, { deploymentId, row }: { deploymentId: string; row: Row }): void {
  const columns = ['deployment_id', ...Object.keys(row)];
  const started = freeStart(database, startOf(row));
  database
    .prepare(
      `INSERT INTO deployment_metrics (${columns.join(', ')}) VALUES (${columns.map((name) => `@${name}`).join(', ')})`,
    )
    .run({ ...row, deployment_id: deploymentId, deployment_started_at: started });
}

/** Whether anything was different. */
function update(database: Database, { deploymentId, row }: { deploymentId: string; row: Row }): boolean {
  const names = Object.keys(row);
  const kept = database
    .prepare(`SELECT ${names.join(', ')} FROM deployment_metrics WHERE deployment_id = ?`)
    .get(deploymentId) as Record<string, string | number | null>;
  // Shifted by milliseconds if another deployment has the same start.
  const isMoved =
    String(kept.deployment_started_at).slice(0, 19) === String(row.deployment_started_at).slice(0, 19);
  const wanted = isMoved ? { ...row, deployment_started_at: kept.deployment_started_at ?? null } : row;
  if (names.every((name) => wanted[name] === kept[name])) return false;
  const started = isMoved ? wanted.deployment_started_at : freeStart(database, startOf(row));
  database
    .prepare(
      `UPDATE deployment_metrics SET ${names.map((name) => `${name} = @${name}`).join(', ')} WHERE deployment_id = @deployment_id`,
    )
    .run({ ...row, deployment_id: deploymentId, deployment_started_at: started });
  return true;
}

function isImported(database: Database, deploymentId: string): boolean {
  const found = database.prepare('SELECT 1 FROM imported_deployments WHERE deployment_id = ?');
  return found.get(deploymentId) !== undefined;
}

function startOf(row: Row): { version: string; wallMs: number } {
  return { version: String(row.version), wallMs: Date.parse(String(row.deployment_started_at)) };
}
