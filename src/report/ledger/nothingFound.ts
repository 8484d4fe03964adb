import type { Database } from '../../ledger/file/addon.ts';
import type { Site } from '../../ledger/read/endedSites.ts';
import type { DeploymentFilter } from '../../ledger/read/filter.ts';
import { readHosts, readSites } from '../../ledger/read/hosts.ts';
import type { Session } from '../../session.ts';
import { problemLines } from '../messages/warnings.ts';
import type { Place } from './deploymentId.ts';

const mostNamed = 10;

/** The names that a place has, with the hint for one that has none. */
export interface KnownNames {
  readonly sites: readonly Site[];
  readonly hosts: readonly (Site & { readonly instance: string })[];
  readonly place: Place;
  readonly whenEmpty: string;
}

/** Says on stderr why a table is empty: an empty ledger, or a filter and the names that the ledger has. */
export function noteNothingFound(
  { context, store }: Session,
  { database, filter }: { database: Database; filter: DeploymentFilter },
): void {
  noteNoneOf(context, {
    filter,
    known: {
      sites: readSites(database),
      hosts: readHosts(database),
      place: { name: store.options.ledgerPath, list: 'deploytrack history' },
      whenEmpty: 'run `deploytrack start` to record the first',
    },
  });
}

/** The same of names that were read elsewhere. */
export function noteNoneOf(
  { stderr }: Session['context'],
  { filter, known }: { filter: DeploymentFilter; known: KnownNames },
): void {
  stderr.write(problemLines(whyNothing(filter, known)));
}

function whyNothing(
  { deployment, environment, status, sinceMs, untilMs, host, version }: DeploymentFilter,
  { sites, hosts, place, whenEmpty }: KnownNames,
): { message: string; hint: string } {
  const { name, list } = place;
  if (sites.length === 0) return { message: `no deployments in ${name} yet`, hint: whenEmpty };
  const asked = [
    deployment === undefined ? '' : `deployment ${JSON.stringify(deployment)}`,
    environment === undefined ? '' : `environment ${JSON.stringify(environment)}`,
    status === undefined ? '' : `status ${status}`,
    host === undefined ? '' : `host ${JSON.stringify(host)}`,
    version === undefined ? '' : `a version that begins with ${JSON.stringify(version)}`,
    sinceMs === undefined || untilMs !== undefined ? '' : 'this --since',
    untilMs === undefined ? '' : 'an end in this period',
  ].filter((one) => one !== '');
  const message = `no deployment in ${name} has ${asked.join(' and ') || 'ended'}`;
  const ofName = sites.filter((site) => deployment === undefined || site.deployment === deployment);
  if (ofName.length === 0)
    return { message, hint: `use one of ${namesOf(sites.map((one) => one.deployment))}` };
  if (environment !== undefined && !ofName.some((site) => site.environment === environment))
    return { message, hint: `use one of ${namesOf(ofName.map((one) => one.environment))}` };
  const ofSites = hosts.filter((one) => ofName.some((site) => site.deployment === one.deployment));
  if (host !== undefined && !ofSites.some(({ instance }) => instance === host))
    return { message, hint: `use one of ${namesOf(ofSites.map(({ instance }) => instance))}` };
  return { message, hint: `run \`${list}\` without these options to list all` };
}

function namesOf(names: readonly string[]): string {
  const all = [...new Set(names)];
  const more = all.length - mostNamed;
  return `${all.slice(0, mostNamed).join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
}
