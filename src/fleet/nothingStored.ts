import type { DeploymentFilter } from '../ledger/read/filter.ts';
import { theStore } from '../report/ledger/deploymentId.ts';
import { type KnownNames, noteNoneOf } from '../report/ledger/nothingFound.ts';
import type { Session } from '../session.ts';
import { queryStore } from './queryStore.ts';
import type { Query } from './stats/query.ts';
import { viewSchema } from './tables.ts';

/** Says on stderr why a table of the store is empty, with the names that the store has. */
export async function noteNothingStored(
  session: Session,
  { said, filter }: { said: string | true; filter: DeploymentFilter },
): Promise<void> {
  const known = await queryStore(session, said, namesIn);
  noteNoneOf(session.context, { filter, known });
}

async function namesIn(query: Query): Promise<KnownNames> {
  const [sites, hosts] = await Promise.all([
    query(
      `SELECT DISTINCT deployment, environment FROM ${viewSchema}.hosts ORDER BY deployment, environment LIMIT 500`,
      [],
    ),
    query(
      `SELECT deployment, environment, instance FROM ${viewSchema}.hosts ORDER BY instance, deployment, environment LIMIT 500`,
      [],
    ),
  ]);
  return {
    sites: sites as unknown as KnownNames['sites'],
    hosts: hosts as unknown as KnownNames['hosts'],
    place: theStore,
    whenEmpty: 'run `deploytrack sync` on a host to send its deployments',
  };
}
