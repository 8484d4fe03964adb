import { versionsAgree } from '../text/versionsAgree.ts';
import { visible } from '../text/visible.ts';
import type { FleetHost } from './fleetHost.ts';

/**
 * Whether a host runs a version, its last deployment is over and was not a failed one of this version, and its last health
 * check did not fail.
 */
export function isThere(one: FleetHost, wanted: { readonly version: string }): boolean {
  const isOver = one.lastStatus !== 'in-progress' && !failedAgain(one, wanted);
  return isMeant(one.version, wanted) && one.healthy !== false && isOver;
}

/** As for `health`: a name of a version may have a leading `v`, or be a part of a SHA. */
function isMeant(version: string | null, wanted: { readonly version: string }): boolean {
  return version !== null && versionsAgree(version, wanted.version);
}

/** It ran the version before, and its state is unknown now. */
function failedAgain({ lastVersion, lastStatus }: FleetHost, wanted: { readonly version: string }): boolean {
  return isMeant(lastVersion, wanted) && lastStatus === 'failed';
}

/** A line for each host that is not there, with the reason; if there are several deployments or environments, with its own. */
export function notThere(hosts: readonly FleetHost[], wanted: { readonly version: string }): string[] {
  const sites = new Set(
    hosts.map(({ deployment, environment }) => JSON.stringify([deployment, environment])),
  );
  const nameOf = ({ host, deployment, environment }: FleetHost) =>
    sites.size > 1 ? `${host}, ${deployment} ${environment}` : host;
  return hosts
    .filter((one) => !isThere(one, wanted))
    .map((one) => visible(`${nameOf(one)}: ${reasonOf(one, wanted)}`));
}

function reasonOf(one: FleetHost, wanted: { readonly version: string }): string {
  const own = one.version ?? 'nothing';
  if (one.lastStatus === 'in-progress') return `runs ${own}, ${one.lastVersion} is being deployed`;
  if (isMeant(one.version, wanted))
    return failedAgain(one, wanted)
      ? `runs ${own}, but its last deployment of ${own} failed`
      : `runs ${own}, which is not healthy`;
  const last = isMeant(one.lastVersion, wanted)
    ? `, the deployment of ${wanted.version} ${one.lastStatus === 'failed' ? 'failed' : 'was rolled back'}`
    : '';
  return `runs ${own}${last}`;
}
