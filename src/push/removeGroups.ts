import { asWarning, type Warning } from '../errors.ts';
import { copiesOf, forgetCopy } from '../ledger/push/copies.ts';
import type { PendingGroup } from '../ledger/push/deliveries.ts';
import type { Session } from '../session.ts';
import { configuredGateways } from './gateway/configuredGateways.ts';
import { groupPath } from './gateway/gatewayAddress.ts';
import { type Pushgateway, remove } from './gateway/pushgateway.ts';
import type { Budget } from './lease.ts';
import { removeTextfile } from './textfile.ts';

export interface Removal {
  readonly groups: readonly PendingGroup[];
  /** For all of them together. */
  readonly budget: Budget;
}

/** Removes groups from the gateway and the textfiles, if they are set; the ledger keeps everything. Never throws. */
export async function removeGroups(session: Session, removal: Removal): Promise<Warning[]> {
  const ofGateway = await removeFromGateway(session, removal).catch((error) => [
    asWarning(error, 'delivery'),
  ]);
  return [...ofGateway, ...removeTextfiles(session, removal.groups)];
}

/** All under one deadline; after a failure of a gateway it is not asked for other groups. */
async function removeFromGateway(session: Session, { groups, budget }: Removal): Promise<Warning[]> {
  const gateways = await configuredGateways(session);
  if (gateways.length === 0) return [];
  const removals: { group: PendingGroup; gateway: Pushgateway }[] = [];
  for (const group of groups)
    for (const gateway of await holdersOf(session, { gateways, group })) removals.push({ group, gateway });
  const urls = [...new Set(removals.map(({ gateway }) => gateway.url))];
  const warnings: Warning[] = [];
  for (const [at, url] of urls.entries()) {
    const its = removals.filter(({ gateway }) => gateway.url === url);
    warnings.push(...(await removeAt(session, { removals: its, budget: budget.share(urls.length - at) })));
  }
  return warnings;
}

/** Removes groups from one gateway, until it fails. */
async function removeAt(
  session: Session,
  {
    removals,
    budget,
  }: { removals: readonly { group: PendingGroup; gateway: Pushgateway }[]; budget: Budget },
): Promise<Warning[]> {
  for (const { group, gateway } of removals) {
    const result = await budget.spend((timeoutMs) => remove(gateway, { key: group, timeoutMs }));
    if (result.outcome !== 'delivered') return [notRemoved(gateway.url + groupPath(group), result.line)];
    await session.store.note((database) => forgetCopy(database, { ...group, url: gateway.url }));
  }
  return [];
}

/** The gateways that may hold a group: the one of the settings; of several, its own, and the former ones. */
async function holdersOf(
  session: Session,
  { gateways, group }: { gateways: readonly Pushgateway[]; group: PendingGroup },
): Promise<readonly Pushgateway[]> {
  const copies = copiesOf(await session.store.database(), group.groupId);
  if (gateways.length === 1 && copies.length === 0) return gateways;
  const { holders } = await import('./shards/holders.ts');
  return holders(session, { gateways, group, copies });
}

function removeTextfiles({ context, settings }: Session, groups: readonly PendingGroup[]): Warning[] {
  const folder = settings.path('textfile', context.cwd);
  if (folder === null) return [];
  return groups.flatMap((group) => {
    const result = removeTextfile({ folder, key: group });
    return result.outcome === 'delivered' ? [] : [notRemoved(groupPath(group), result.line)];
  });
}

function notRemoved(what: string, line: string): Warning {
  return {
    code: 'GATEWAY',
    message: `cannot remove ${what}: ${line}`,
    failed: 'delivery',
  };
}
