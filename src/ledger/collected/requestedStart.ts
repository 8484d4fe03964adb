import { findDeployment, freeStart, groupKeyOf } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import { groupId, touchGroup } from '../totals/totals.ts';

/** A requested deployment begins only now: the time that it waited lies between its trigger and its start. */
export function beginAt(
  database: Database,
  { deploymentId, atMs }: { deploymentId: string; atMs: number },
): void {
  const row = findDeployment(database, deploymentId);
  if (row === null || row.status !== 'in-progress' || row.started.wallMs === atMs) return;
  const started = freeStart(database, { version: row.version, wallMs: atMs });
  database
    .prepare(
      'UPDATE deployment_metrics SET deployment_started_at = ?, started_mono = NULL, started_boot = NULL WHERE id = ?',
    )
    .run(started, row.id);
  touchGroup(database, groupId(database, groupKeyOf(row)));
}

/** A deployment that has not begun after all: its row is deleted if nothing but its start is known. */
export function withdrawStart(database: Database, deploymentId: string): void {
  const row = findDeployment(database, deploymentId);
  if (row === null || row.status !== 'in-progress') return;
  const marks = database.prepare('SELECT count(*) FROM marks_kept WHERE deployment_id = ?').pluck();
  if (marks.get(deploymentId) !== 1) return;
  for (const table of ['deployment_metrics', 'marks_kept'])
    database.prepare(`DELETE FROM ${table} WHERE deployment_id = ?`).run(deploymentId);
  touchGroup(database, groupId(database, groupKeyOf(row)));
}
