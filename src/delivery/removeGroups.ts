import type { Warning } from '../errors.ts';
import type { Outstanding } from '../ledger/push/deliveries.ts';
import type { Session } from '../session.ts';
import { groupPath } from '../sinks/groupPath.ts';
import { remove } from '../sinks/pushgateway.ts';
import { removeTextfile } from '../sinks/textfile.ts';
import { Budget } from './budget.ts';
import { configuredGateway } from './gateway.ts';

const defaultTimeoutMs = 5000;

/** Takes groups from the gateway and the textfiles, those that are set; the ledger keeps everything. Never throws. */
export async function removeGroups(session: Session, groups: readonly Outstanding[]): Promise<Warning[]> {
  return [...(await removeFromGateway(session, groups)), ...removeTextfiles(session, groups)];
}

/** All under one deadline; after a failure no other group is tried. */
async function removeFromGateway(session: Session, groups: readonly Outstanding[]): Promise<Warning[]> {
  const { context, settings } = session;
  if (settings.text('gateway') === null) return [];
  const gateway = configuredGateway(session);
  if (gateway === null)
    return [{ code: 'GATEWAY', message: 'nothing was removed from the gateway', failed: 'delivery' }];
  const budget = new Budget(context, settings.durationMs('gateway-timeout') ?? defaultTimeoutMs);
  for (const group of groups) {
    const result = await budget.spend((timeoutMs) => remove(gateway, { key: group, timeoutMs }));
    if (result.outcome !== 'delivered') return [notRemoved(group, result.line)];
  }
  return [];
}

function removeTextfiles({ context, settings }: Session, groups: readonly Outstanding[]): Warning[] {
  const folder = settings.path('textfile', context.cwd);
  if (folder === null) return [];
  return groups.flatMap((group) => {
    const result = removeTextfile({ folder, key: group });
    return result.outcome === 'delivered' ? [] : [notRemoved(group, result.line)];
  });
}

function notRemoved(group: Outstanding, line: string): Warning {
  return {
    code: 'GATEWAY',
    message: `${groupPath(group)} could not be removed: ${line}`,
    failed: 'delivery',
  };
}
