import { asWarning, type Warning } from '../errors.ts';
import type { PendingGroup } from '../ledger/push/deliveries.ts';
import type { Session } from '../session.ts';
import { groupPath } from './gateway/gatewayAddress.ts';
import { configuredGateway, remove } from './gateway/pushgateway.ts';
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

/** All under one deadline; after a failure no other group is tried. */
async function removeFromGateway(session: Session, { groups, budget }: Removal): Promise<Warning[]> {
  const gateway = await configuredGateway(session);
  if (gateway === null) return [];
  for (const group of groups) {
    const result = await budget.spend((timeoutMs) => remove(gateway, { key: group, timeoutMs }));
    if (result.outcome !== 'delivered') return [notRemoved(group, result.line)];
  }
  return [];
}

function removeTextfiles({ context, settings }: Session, groups: readonly PendingGroup[]): Warning[] {
  const folder = settings.path('textfile', context.cwd);
  if (folder === null) return [];
  return groups.flatMap((group) => {
    const result = removeTextfile({ folder, key: group });
    return result.outcome === 'delivered' ? [] : [notRemoved(group, result.line)];
  });
}

function notRemoved(group: PendingGroup, line: string): Warning {
  return {
    code: 'GATEWAY',
    message: `cannot remove ${groupPath(group)}: ${line}`,
    failed: 'delivery',
  };
}
