import type { Database } from '../file/addon.ts';
import { type DeploymentFilter, deploymentCondition } from './filter.ts';
import { type DeploymentRecord, type DeploymentRow, deploymentColumns, deploymentRecord } from './record.ts';

/** The end of a page: the next deployments began earlier, or at the same time and are before it in the table. */
export interface Cursor {
  readonly startedAt: string;
  readonly rowId: number;
}

export interface PageFilter extends DeploymentFilter {
  readonly version?: string | undefined;
  readonly after?: Cursor | undefined;
  readonly limit: number;
}

/** Deployments that match, newest start first, and the start of the next page; null after the last. */
export function readPage(
  db: Database,
  { version, after, limit, ...filter }: PageFilter,
): { rows: DeploymentRecord[]; next: Cursor | null } {
  const { sql, values } = deploymentCondition(filter);
  const parts = [sql];
  if (version !== undefined) parts.push('d.version = @version');
  if (after !== undefined) parts.push('(d.deployment_started_at, d.id) < (@startedAt, @rowId)');
  const rows = db
    .prepare<[Record<string, unknown>], DeploymentRow & { rowId: number }>(
      `SELECT d.id AS rowId, ${deploymentColumns} FROM deployment_metrics AS d WHERE ${parts.join(' AND ')}
       ORDER BY d.deployment_started_at DESC, d.id DESC LIMIT @most`,
    )
    .all({ ...values, ...after, version, most: limit + 1 });
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    rows: shown.map(({ rowId: _, ...row }) => deploymentRecord(row as unknown as DeploymentRow)),
    next: rows.length > limit && last !== undefined ? { startedAt: last.startedAt, rowId: last.rowId } : null,
  };
}

/** Sites that have a group. */
export function readSites(db: Database): { deployment: string; environment: string }[] {
  return db
    .prepare<[], { deployment: string; environment: string }>(
      'SELECT DISTINCT deployment, environment FROM groups ORDER BY deployment, environment LIMIT 500',
    )
    .all();
}

/** One attempt of a health check or of a prober. */
export interface Attempt {
  readonly at: string;
  readonly latencySeconds: number;
  readonly healthy: boolean;
  readonly verdict: string;
  readonly of: string | null;
}

/** The most recent attempts of a deployment in order. `of`: the verification; null: a prober's. */
export function readAttempts(db: Database, deploymentId: string, limit = 2000): Attempt[] {
  return db
    .prepare<[string, number], Omit<Attempt, 'healthy'> & { healthy: number }>(
      `SELECT checked_at AS at, latency_seconds AS latencySeconds, status = 'healthy' AS healthy, verdict, verification_id AS of
       FROM health_checks WHERE deployment_id = ? ORDER BY id DESC LIMIT ?`,
    )
    .all(deploymentId, limit)
    .reverse()
    .map((one) => ({ ...one, healthy: one.healthy === 1 }));
}
