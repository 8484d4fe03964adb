import type { Database } from '../../ledger/file/addon.ts';
import { lastErrorOf } from '../../ledger/push/backOff.ts';
import { leftCopies } from '../../ledger/push/copies.ts';
import { listGroups, type PendingGroup } from '../../ledger/push/deliveries.ts';
import { groupPath } from '../../push/gateway/gatewayAddress.ts';
import type { Pushgateway } from '../../push/gateway/pushgateway.ts';
import { isFailover } from '../../push/shards/isFailover.ts';
import { rank } from '../../push/shards/rank.ts';
import type { Check, Examined } from '../check.ts';
import { type Finding, ok, wrong } from '../finding.ts';
import { gatewayCurl } from '../gateway/curl.ts';
import type { GatewayState } from '../gateway/gatewayState.ts';
import { stateOf } from '../gateway/heldOf.ts';

/** Of several gateways: which one each host uses and why, and where its groups are besides. */
export const shards: Check = {
  name: 'shards',
  title: 'which of several gateways has the groups of this ledger, and which ones still have to remove them',
  find: async (examined) => {
    const { sound } = examined;
    const gateways = await examined.gateways().catch(() => []);
    if (sound === null || gateways.length === 0) return [];
    const groups = listGroups(sound, { deploymentId: null });
    const left = leftFindings({ sound, groups, gateways });
    if (gateways.length === 1) return left;
    const unknown = unknownCopies(examined, { sound, groups, states: await examined.gatewayStates() });
    return [...placeFindings(examined, { sound, groups, gateways }), ...left, ...unknown];
  },
};

interface Placed {
  readonly sound: Database;
  readonly groups: readonly PendingGroup[];
  readonly gateways: readonly Pushgateway[];
}

/** One for each instance and the gateway that its groups are on. */
function placeFindings({ session }: Examined, { sound, groups, gateways }: Placed): Finding[] {
  const found = groups.map((group): Finding => {
    const { instance, adoptedUrl } = group;
    const [own, ...next] = rank(gateways, instance) as [Pushgateway, ...Pushgateway[]];
    const why = `the first of ${gateways.length} by rendezvous hashing over the instance`;
    if (adoptedUrl === null || adoptedUrl === own.url) return ok(`${instance} uses ${own.url}, ${why}`);
    const problem = lastErrorOf(sound, own.url);
    const isNext = isFailover(session) && next.some(({ url }) => url === adoptedUrl);
    if (isNext && problem !== null)
      return ok(
        `${instance} uses ${adoptedUrl}, because ${own.url}, ${why}, failed: ${problem}`,
        'it moves back with the next `start`, `finish` or `push` when that responds',
      );
    return wrong({
      message: `the groups of ${instance} are on ${adoptedUrl}, but belong on ${own.url}, ${why}`,
      meaning: 'marks do not push; the next `start` or `finish` in each group moves it',
      fix: 'run `deploytrack push`',
    });
  });
  return [...new Map(found.map((one) => [one.message, one])).values()];
}

/** A group that a gateway still has to remove; one for each gateway. */
function leftFindings({ sound, groups, gateways }: Placed): Finding[] {
  const left = leftCopies(sound);
  return [...new Set(left.map(({ url }) => url))].map((url) => {
    const ids = left.filter((one) => one.url === url).map(({ groupId }) => groupId);
    const its = groups.filter(({ groupId }) => ids.includes(groupId));
    const problem = lastErrorOf(sound, url);
    const isSet = gateways.some((one) => one.url === url);
    const message = `${namesOf(its)} still to be deleted at ${url}, its former gateway${problem === null ? '' : `: ${problem}`}`;
    const meaning = 'as long as Prometheus scrapes that gateway too, sums count it twice';
    // One that is neither set nor responds is probably gone for good.
    if (!isSet && problem !== null)
      return ok(message, `${meaning}; \`deploytrack push\` stops trying after 30 days (--stale-after)`);
    return wrong({
      message,
      meaning,
      fix: 'run `deploytrack push` when that gateway responds; if it is gone for good, remove it from the setting and from Prometheus',
    });
  });
}

/** Groups of this ledger on a gateway that the ledger has not noted. */
function unknownCopies(
  { session }: Examined,
  { sound, groups, states }: Omit<Placed, 'gateways'> & { states: readonly GatewayState[] },
): Finding[] {
  const noted = leftCopies(sound);
  return states.flatMap((state) =>
    groups
      .filter((group) => stateOf(states, group) !== state && state.groups?.group(group)?.exists === true)
      .filter(({ groupId }) => !noted.some((one) => one.groupId === groupId && one.url === state.gateway.url))
      .slice(0, 1)
      .map((group) =>
        wrong({
          message: `${nameOf(group)} is also on ${state.gateway.url}, and this ledger did not push it there`,
          meaning: 'sums count it twice; another ledger pushes it, or did before this gateway was added',
          fix: `if nothing pushes it there any more, run \`${gatewayCurl(session, state.gateway, { path: groupPath(group), method: 'DELETE' })}\``,
        }),
      ),
  );
}

function namesOf(groups: readonly PendingGroup[]): string {
  const [first] = groups;
  if (first === undefined) return 'a group that has aged out is';
  return groups.length === 1 ? `${nameOf(first)} is` : `${nameOf(first)} and ${groups.length - 1} more are`;
}

function nameOf({ deployment, environment, instance }: PendingGroup): string {
  return `${deployment}/${environment} on ${instance}`;
}
