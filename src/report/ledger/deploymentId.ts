import { DeploytrackError } from '../../errors.ts';
import type { Database } from '../../ledger/file/addon.ts';
import { matchingIds, newestOfVersion, readDeployment } from '../../ledger/read/deployments.ts';
import { safeId } from '../../model.ts';
import type { Session } from '../../session.ts';

/** What is searched, and the command that lists what it has. */
export interface Place {
  readonly name: string;
  readonly list: string;
}

const thisLedger: Place = { name: 'this ledger', list: 'deploytrack history' };
export const theStore: Place = { name: 'the store', list: 'deploytrack history --store' };

/** A full ID, a version (its newest deployment, of the given deployment and environment), or a part of an ID. */
export function deploymentMeant(
  { settings }: Session,
  {
    database,
    word,
    host,
    place,
  }: { database: Database; word: string; host?: string | undefined; place?: Place },
): string {
  if (readDeployment(database, word) !== null) return word;
  const deployment = settings.text('deployment') ?? undefined;
  const environment = settings.text('environment') ?? undefined;
  const ofVersion = newestOfVersion(database, word, { deployment, environment, host });
  return ofVersion ?? deploymentId(database, word, place);
}

/** Resolves an argument to a full ID: it may be the full ID, its beginning or its tail. Throws UNKNOWN_ID. */
export function deploymentId(database: Database, word: string, place?: Place): string {
  const asSaid = matchingIds(database, word);
  const safe = safeId(word);
  const found = asSaid.length > 0 || safe === null ? asSaid : matchingIds(database, safe);
  const [id] = found;
  if (found.length === 1 && id !== undefined) return id;
  throw found.length === 0 ? unknownDeployment(word, place) : ambiguousDeployment(word, found);
}

export function unknownDeployment(word: string, { name, list } = thisLedger): DeploytrackError {
  return new DeploytrackError({
    code: 'UNKNOWN_ID',
    message: `deployment ${JSON.stringify(word.slice(0, 80))} not found in ${name}`,
    hint: `run \`${list}\` to list the deployments`,
  });
}

function ambiguousDeployment(word: string, ids: readonly string[]): DeploytrackError {
  return new DeploytrackError({
    code: 'UNKNOWN_ID',
    message: `ambiguous deployment ID ${JSON.stringify(word)}: ${ids.join(', ')}`,
    hint: 'use the full ID',
  });
}
