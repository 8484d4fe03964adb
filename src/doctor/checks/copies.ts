import type { Database } from '../../ledger/file/addon.ts';
import { listGroups } from '../../ledger/push/deliveries.ts';
import type { GroupKey } from '../../model.ts';
import { shellArgument } from '../../text/shellArgument.ts';
import type { Check, Examined } from '../check.ts';
import { isNewerThere } from '../copies/isNewerThere.ts';
import { setAside } from '../copies/setAside.ts';
import { type Finding, ok, wrong } from '../finding.ts';
import type { GatewayState } from '../gateway/gatewayState.ts';
import { heldOf } from '../gateway/heldOf.ts';

/** Whether this ledger is an older state of itself, or a copy that is used on two hosts. */
export const copies: Check = {
  name: 'copies',
  title: 'whether this ledger is an older copy, or is used on two hosts',
  find: async (examined) => {
    const { sound } = examined;
    const states = (await examined.gatewayStates()).filter(({ groups }) => groups !== null);
    if (sound === null || states.length === 0) return [];
    return findingsOf(examined, { sound, states });
  },
};

function findingsOf(
  examined: Examined,
  { sound, states }: { sound: Database; states: readonly GatewayState[] },
): Finding[] {
  const own = listGroups(sound, { deploymentId: null });
  const here = instanceOf(examined);
  const isHere = ({ instance }: GroupKey) => instance.toLowerCase() === here;
  const ahead = own.filter((group) => isNewerThere(sound, { group, held: heldOf(states, group) }));
  const unknown = states.flatMap(({ groups }) => groups?.others() ?? []);
  // The ledger itself has pushed the groups of its hosts: then the file is older.
  const instances = new Set([here, ...own.map(({ instance }) => instance.toLowerCase())]);
  const elsewhere = unknown.filter(({ instance }) => !instances.has(instance));
  const lost = unknown.filter(({ instance }) => instances.has(instance));
  const restored = [...ahead.filter(isHere), ...lost];
  const copied = ahead.filter((group) => !isHere(group));
  return [
    ...elsewhere.slice(0, mostNamed).map((key) => usedElsewhere(examined, key)),
    ...(copied.length > 0 ? [copiedHere(examined, copied)] : []),
    ...(restored.length > 0 ? [older(restored, lost)] : []),
    ...(own.length > 0 && copied.length === 0 && !own.some(isHere) ? [ofOthers(own, here)] : []),
  ];
}

const mostNamed = 5;

/** As `start` infers it. */
function instanceOf({ session: { settings, context } }: Examined): string {
  return (settings.text('instance') ?? context.hostName()).toLowerCase();
}

function older(restored: readonly GroupKey[], lost: readonly GroupKey[]): Finding {
  const [first] = restored as [GroupKey];
  const more = restored.length > 1 ? `, and of ${restored.length - 1} more` : '';
  // A group that this file does not have is created by `init`, which continues from its totals.
  const inits = lost.map(
    ({ deployment, environment, instance }) =>
      `deploytrack init --deployment ${shellArgument(deployment)} --environment ${shellArgument(environment)} --instance ${shellArgument(instance)}`,
  );
  return wrong({
    message: `the gateway has a later state of ${nameOf(first)}${more} than this ledger: the file is an older copy of it`,
    meaning: 'deployments since that copy are missing here; without a new baseline the totals would fall',
    fix: `run \`${[...inits, 'deploytrack push'].join(' && ')}\`: it continues from the totals of the gateway`,
  });
}

function usedElsewhere({ session }: Examined, key: GroupKey): Finding {
  return wrong({
    message: `the ledger of this host is also used on ${key.instance}: a copy of it has pushed ${nameOf(key)}`,
    meaning:
      'two hosts with one ledger ID cannot be told apart, and each takes the totals of the other for its own',
    fix: `on ${key.instance}, run \`${setAside(session, key)}\``,
  });
}

function copiedHere({ session }: Examined, copied: readonly GroupKey[]): Finding {
  const [first] = copied as [GroupKey];
  return wrong({
    message: `this ledger is a copy: the one of ${first.instance} has pushed ${nameOf(first)} since`,
    meaning:
      'two hosts with one ledger ID cannot be told apart, and each takes the totals of the other for its own',
    fix: `on this host, run \`${setAside(session, first)}\`; if this is ${first.instance}, set --instance`,
  });
}

function ofOthers(own: readonly GroupKey[], here: string): Finding {
  const [first] = own as [GroupKey];
  return ok(
    `this ledger has no group of this host, ${here}, but of ${first.instance}`,
    'if it came with the image of a virtual machine, start with a new one: `deploytrack init`',
  );
}

function nameOf({ deployment, environment, instance }: GroupKey): string {
  return `${deployment}/${environment} on ${instance}`;
}
