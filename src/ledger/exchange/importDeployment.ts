import { isoTime } from '../../model.ts';
import { findDeployment, freeStart } from '../deployments.ts';
import type { Database } from '../file/addon.ts';
import { type ExportedDeployment, type Row, tablesOfDeployment } from './exportedDeployment.ts';
import { redactRow } from './redactRow.ts';

/** How far the clock of another host may be ahead of ours. */
const clockSkewMs = 3_600_000;

/**
 * Imports a deployment that arrives finished: it is history, in the table, `stats` and `/health`, never in a total. One
 * that was finished here does not change; one that was imported before is replaced, to add what came after its end.
 * Returns whether anything was imported. Throws if no row fits this schema.
 */
export function importDeployment(
  database: Database,
  { carried, wallMs }: { carried: ExportedDeployment; wallMs: number },
): boolean {
  const { deploymentId, rows } = carried;
  const [own] = rows.deployment_metrics ?? [];
  if (own === undefined || own.deployment_id !== deploymentId || own.deployment_status === 'in-progress')
    throw new Error('it has no row of a finished deployment');
  for (const time of [own.deployment_started_at, own.deployment_completed_at])
    if (Date.parse(String(time)) > wallMs + clockSkewMs) throw new Error('it is in the future');
  const known = findDeployment(database, deploymentId);
  const wasImported =
    database.prepare('SELECT 1 FROM imported_deployments WHERE deployment_id = ?').get(deploymentId) !==
    undefined;
  if (known !== null && !wasImported && !known.fragment) {
    if (known.status !== 'in-progress') return false;
    throw new Error('it is still open in this ledger, which has its own marks');
  }
  for (const table of ['deployment_metrics', 'marks_kept', ...tablesOfDeployment])
    database.prepare(`DELETE FROM ${table} WHERE deployment_id = ?`).run(deploymentId);
  insert(database, {
    table: 'deployment_metrics',
    row: { ...own, deployment_started_at: startOf(database, own) },
  });
  for (const table of tablesOfDeployment)
    for (const row of rows[table] ?? [])
      insert(database, { table, row: { ...row, deployment_id: deploymentId } });
  database
    .prepare('INSERT OR REPLACE INTO imported_deployments VALUES (?, ?)')
    .run(deploymentId, isoTime(wallMs));
  return true;
}

function startOf(database: Database, row: Row): string {
  const wallMs = Date.parse(String(row.deployment_started_at));
  if (Number.isNaN(wallMs)) throw new Error('its start is not a time');
  return freeStart(database, { version: String(row.version), wallMs });
}

/** The columns of this schema: a newer version may have others. */
function insert(database: Database, { table, row: said }: { table: string; row: Row }): void {
  const row = redactRow(said);
  const known = new Set(
    database.prepare<unknown[], string>('SELECT name FROM pragma_table_info(?)').pluck().all(table),
  );
  const columns = Object.keys(row).filter((name) => known.has(name) && name !== 'id');
  database
    .prepare(
      `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map((name) => `@${name}`).join(', ')})`,
    )
    .run(row);
}
