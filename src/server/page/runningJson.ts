import type { Database } from '../../ledger/file/addon.ts';
import { readListed } from '../../ledger/read/listed.ts';
import type { ListFilter } from '../../ledger/read/listFilter.ts';
import { usualPhases } from '../../ledger/read/rowPhases.ts';
import type { RunningJson } from '../api.ts';
import { rowsJson } from './listJson.ts';

const mostRunning = 5;

/** Deployments in progress in a scope, with the phases that are usual there, done and to come. */
export function runningJson(database: Database, scope: ListFilter): RunningJson[] {
  const { deployment, environment, host } = scope;
  const { rows } = readListed(database, {
    deployment,
    environment,
    host,
    state: 'in-progress',
    limit: mostRunning,
  });
  return rowsJson(database, rows).map((row) => ({ ...row, usual_phases: usualOf(database, row) }));
}

function usualOf(
  database: Database,
  { deployment, environment }: { deployment: string | null; environment: string | null },
): RunningJson['usual_phases'] {
  return deployment === null || environment === null
    ? []
    : usualPhases(database, { deployment, environment });
}
