import type { Database } from '../../ledger/file/addon.ts';
import { readDetail } from '../../ledger/read/detail.ts';
import { lastFailedId } from '../../ledger/read/lastFailed.ts';
import { type ListedDeployment, readListed, readListedIds } from '../../ledger/read/listed.ts';
import type { ListFilter } from '../../ledger/read/listFilter.ts';
import { failureOf } from '../../report/failure.ts';
import type { LastFailure } from '../api.ts';
import { rowsJson } from './listJson.ts';

/** The last deployment of a scope that failed, and what failed and why; null if none is found. */
export function lastFailureJson(database: Database, scope: ListFilter): LastFailure | null {
  const [recent] = readListed(database, { ...scope, state: 'failed', limit: 1 }).rows;
  const failed = recent ?? olderFailure(database, scope);
  if (failed === undefined) return null;
  const { rows } = readListed(database, { ...scope, limit: 10 });
  const lastEnded = rows.find(({ status }) => status !== 'in-progress');
  const detail = failed.id === null ? null : readDetail(database, failed.id);
  const failure = failureOf(detail ?? { deployment: failed, stages: [], verifications: [], smokeTests: [] });
  const [row] = rowsJson(database, [failed]);
  if (row === undefined) return null;
  return { row, is_last: lastEnded?.rowId === failed.rowId, failure };
}

/** Of one site at any age, from the index of failures. */
function olderFailure(database: Database, scope: ListFilter): ListedDeployment | undefined {
  const { deployment, environment, host, sinceMs } = scope;
  if (deployment === undefined || environment === undefined || host !== undefined || sinceMs !== undefined)
    return undefined;
  const id = lastFailedId(database, { deployment, environment });
  return id === null ? undefined : readListedIds(database, scope, [id])[0];
}
