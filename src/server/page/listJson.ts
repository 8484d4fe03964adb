import type { Database } from '../../ledger/file/addon.ts';
import type { Listed, ListedDeployment } from '../../ledger/read/listed.ts';
import { readRowPhases, usualTotal } from '../../ledger/read/rowPhases.ts';
import { deploymentJson } from '../../report/deploymentJson.ts';
import type { DeploymentPage, ListRow } from '../api.ts';

export function pageJson(database: Database, { rows, next, searchedTo, sorted }: Listed): DeploymentPage {
  return {
    rows: rowsJson(database, rows),
    next: next === null ? null : { ...next },
    searched_to: searchedTo,
    sorted,
  };
}

/** The rows of a list: the fields of `history --json`, phases to draw, and what is usual there. */
export function rowsJson(database: Database, rows: readonly ListedDeployment[]): ListRow[] {
  const phases = readRowPhases(
    database,
    rows.flatMap(({ id }) => id ?? []),
  );
  const usual = new Map<string, number | null>();
  const usualOf = ({ deployment, environment }: ListedDeployment): number | null => {
    if (deployment === null || environment === null) return null;
    const key = JSON.stringify([deployment, environment]);
    if (!usual.has(key)) usual.set(key, usualTotal(database, { deployment, environment }));
    return usual.get(key) ?? null;
  };
  return rows.map((row) => ({
    ...deploymentJson(row),
    row_id: row.rowId,
    usual: usualOf(row),
    phases: (phases.get(row.id ?? '') ?? []).map(({ stage, startedAt, endedAt, seconds, status }) => ({
      stage,
      started_at: startedAt,
      ended_at: endedAt,
      seconds,
      status,
    })),
  }));
}
