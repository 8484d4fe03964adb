import { listGroups } from '../../ledger/push/deliveries.ts';
import { knownGroups } from '../../ledger/push/knownGroups.ts';
import { labelsPath } from '../../push/gateway/labelsPath.ts';
import { visible } from '../../text/visible.ts';
import type { Examined } from '../check.ts';
import { type Finding, wrong } from '../finding.ts';
import { gatewayCurl } from './curl.ts';
import { type GatewayState, isPoisoned } from './gatewayState.ts';
import { illFormed } from './illFormed.ts';
import { minorities, type Offender, offenders } from './offenders.ts';

/** A command line for more would be too long to read. */
const mostRemoved = 20;

/** The groups of others that make the gateway fail, or reject ours; at most one finding. */
export function hindered(examined: Examined, state: GatewayState): Finding[] {
  const { everything, failure } = state;
  if (everything === null) return [];
  const own = examined.sound === null ? [] : knownGroups(examined.sound);
  const isBroken = failure !== null && isPoisoned(failure);
  const broken = isBroken ? illFormed(failure.body, everything) : [];
  const clashing = offenders(everything, own);
  const found = [...broken, ...clashing];
  const all = found.length > 0 || !isBroken ? found : minorities(everything);
  if (all.length > 0) return [removable(examined, { state, found: all })];
  return isBroken ? [unknown(examined, state)] : [];
}

function removable(
  { session, sound }: Examined,
  { state, found }: { state: GatewayState; found: readonly Offender[] },
): Finding {
  const { gateway, failure } = state;
  const [first] = found as [Offender];
  const more = found.length > 1 ? `, and ${found.length - 1} more of the kind` : '';
  const removals = found
    .slice(0, mostRemoved)
    .map(({ key }) => gatewayCurl(session, gateway, { method: 'DELETE', path: labelsPath(key) }));
  const isOutstanding = sound !== null && listGroups(sound, { deploymentId: null }).length > 0;
  const command = [...removals, ...(isOutstanding ? ['deploytrack push'] : [])].join(' && ');
  return wrong({
    message: `the gateway ${gateway.url} holds the group ${nameOf(first)}, which ${first.what}${more}`,
    meaning:
      failure === null
        ? 'the gateway rejects the groups of this host; nothing is lost, because the ledger has it'
        : 'the gateway rejects every push of every host, and Prometheus cannot scrape it',
    fix: `find the program that pushes it, then run \`${command}\``,
  });
}

/** The grouping key as Prometheus writes labels. */
function nameOf({ key }: Offender): string {
  const text = key.map(([name, value]) => `${name}=${JSON.stringify(value.toString('utf8').slice(0, 80))}`);
  return visible(`{${text.join(', ')}}`);
}

function unknown({ session }: Examined, { gateway, failure }: GatewayState): Finding {
  return wrong({
    message: `the metrics of the gateway ${gateway.url} contradict each other: ${failure?.line ?? ''}`,
    meaning: 'Prometheus cannot scrape the gateway',
    fix: `find the group with \`${gatewayCurl(session, gateway, { path: '/metrics' }).replace(' -fsS', ' -sS')}\`, then remove it with \`${gatewayCurl(session, gateway, { method: 'DELETE', path: '/metrics/job/<job>' })}\``,
  });
}
