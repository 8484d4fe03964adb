import { visible } from '../text/visible.ts';
import type { FleetHost } from './fleetHost.ts';

/** Whether a host runs a version, its last deployment is over, and its last health check did not fail. */
export function isThere(
  { version, healthy, lastStatus }: FleetHost,
  wanted: { readonly version: string },
): boolean {
  return version === wanted.version && healthy !== false && lastStatus !== 'in-progress';
}

/** A line for each host that is not there, with the reason. */
export function notThere(hosts: readonly FleetHost[], wanted: { readonly version: string }): string[] {
  return hosts
    .filter((one) => !isThere(one, wanted))
    .map((one) => visible(`${one.host}: ${reasonOf(one, wanted)}`));
}

function reasonOf(one: FleetHost, wanted: { readonly version: string }): string {
  const own = one.version ?? 'nothing';
  if (one.lastStatus === 'in-progress') return `runs ${own}, ${one.lastVersion} is being deployed`;
  if (one.version === wanted.version) return `runs ${own}, which is not healthy`;
  const last =
    one.lastVersion === wanted.version
      ? `, the deployment of ${wanted.version} ${one.lastStatus === 'failed' ? 'failed' : 'was rolled back'}`
      : '';
  return `runs ${own}${last}`;
}
