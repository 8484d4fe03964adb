import { listGroups, type PendingGroup } from '../../ledger/push/deliveries.ts';
import type { RemoteGroupText } from '../../metrics/parse.ts';
import { rank } from '../../push/shards/rank.ts';
import type { Examined } from '../check.ts';
import type { GatewayState } from './gatewayState.ts';

/** The gateway that a group is on, or will be on if it is on none of these; null if none is set. */
export function stateOf(
  states: readonly GatewayState[],
  { instance, adoptedUrl }: Pick<PendingGroup, 'instance' | 'adoptedUrl'>,
): GatewayState | null {
  const [only = null] = states;
  if (states.length < 2) return only;
  const adopted = states.find(({ gateway }) => gateway.url === adoptedUrl);
  if (adopted !== undefined) return adopted;
  const [own] = rank(
    states.map(({ gateway }) => gateway),
    instance,
  );
  return states.find(({ gateway }) => gateway === own) ?? null;
}

/** What that gateway holds for the group; null if it could not be read. */
export function heldOf(states: readonly GatewayState[], group: PendingGroup): RemoteGroupText | null {
  return stateOf(states, group)?.groups?.group(group) ?? null;
}

/** Whether a group of this ledger is on this gateway, or belongs there; without a group, whether those of this host will be. */
export function isInUse(
  { session: { settings, context }, sound }: Pick<Examined, 'session' | 'sound'>,
  { state, states }: { state: GatewayState; states: readonly GatewayState[] },
): boolean {
  if (states.length === 1) return true;
  const groups = sound === null ? [] : listGroups(sound, { deploymentId: null });
  const here = {
    instance: (settings.text('instance') ?? context.hostName()).toLowerCase(),
    adoptedUrl: null,
  };
  const all = groups.length === 0 ? [here] : groups;
  return all.some(
    (group) => stateOf(states, group) === state || stateOf(states, { ...group, adoptedUrl: null }) === state,
  );
}
