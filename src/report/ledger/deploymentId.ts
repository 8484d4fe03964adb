import { DeploytrackError } from '../../errors.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { matchingIds } from '../../ledger/read/deployments.ts';
import { safeId } from '../../model.ts';

/** Resolves an argument to a full ID: it may be the full ID, its beginning or its tail. Throws UNKNOWN_ID. */
export function deploymentId(database: Database, word: string): string {
  const asSaid = matchingIds(database, word);
  const safe = safeId(word);
  const found = asSaid.length > 0 || safe === null ? asSaid : matchingIds(database, safe);
  const [id] = found;
  if (found.length === 1 && id !== undefined) return id;
  throw found.length === 0 ? unknownDeployment(word) : ambiguousDeployment(word, found);
}

export function unknownDeployment(word: string): DeploytrackError {
  return new DeploytrackError({
    code: 'UNKNOWN_ID',
    message: `deployment ${JSON.stringify(word.slice(0, 80))} not found in this ledger`,
    hint: 'run `deploytrack history` to list the deployments',
  });
}

function ambiguousDeployment(word: string, ids: readonly string[]): DeploytrackError {
  return new DeploytrackError({
    code: 'UNKNOWN_ID',
    message: `ambiguous deployment ID ${JSON.stringify(word)}: ${ids.join(', ')}`,
    hint: 'use the full ID',
  });
}
