import { resolve } from 'node:path';
import { Budget } from '../../delivery/budget.ts';
import { configuredGateway } from '../../delivery/gateway.ts';
import type { Warning } from '../../errors.ts';
import { listGroups, type Outstanding } from '../../ledger/push/deliveries.ts';
import type { Session } from '../../session.ts';
import { groupPath } from '../../sinks/groupPath.ts';
import { remove } from '../../sinks/pushgateway.ts';
import { removeTextfile } from '../../sinks/textfile.ts';
import { endCommand } from '../endCommand.ts';
import { sendBudgetMs } from './send.ts';

/** `push --delete`: removes this ledger's groups from the gateway and the textfiles; the ledger keeps everything. */
export async function deleteGroups(session: Session): Promise<number> {
  const groups = listGroups(await session.store.database(), { deploymentId: null });
  const problems = [...(await deleteFromGateway(session, groups)), ...deleteTextfiles(session, groups)];
  session.warnings.push(...problems);
  return endCommand(session, { code: problems.length === 0 ? 0 : 1 });
}

/** All under one deadline; after a failure no other group is tried. */
async function deleteFromGateway(session: Session, groups: readonly Outstanding[]): Promise<Warning[]> {
  const { context, settings } = session;
  if (settings.text('gateway') === null) return [];
  const gateway = configuredGateway(session);
  if (gateway === null)
    return [{ code: 'GATEWAY', message: 'nothing was removed from the gateway', failed: 'delivery' }];
  const budget = new Budget(context, settings.durationMs('gateway-timeout') ?? sendBudgetMs.push);
  for (const group of groups) {
    const result = await budget.spend((timeoutMs) => remove(gateway, { key: group, timeoutMs }));
    if (result.outcome !== 'delivered') return [notRemoved(group, result.line)];
  }
  return [];
}

function deleteTextfiles({ context, settings }: Session, groups: readonly Outstanding[]): Warning[] {
  const said = settings.text('textfile');
  if (said === null) return [];
  const folder = resolve(context.cwd, said);
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
