import { listGroups } from '../ledger/push/deliveries.ts';
import { markGone } from '../ledger/push/staleGroups.ts';
import { endCommand } from '../session/openSession.ts';
import type { Session } from '../session.ts';
import { Budget } from './lease.ts';
import { removeGroups } from './removeGroups.ts';
import { sendBudget } from './sendUntilDelivered.ts';

/**
 * `push --delete`: removes this ledger's groups from the gateway and the textfiles, and notes them as gone; the ledger
 * keeps everything.
 */
export async function deleteGroups(session: Session): Promise<number> {
  const { context, store } = session;
  const groups = listGroups(await store.database(), { deploymentId: null });
  const problems = await removeGroups(session, { groups, budget: new Budget(context, sendBudget(session)) });
  session.warnings.push(...problems);
  const nowMs = context.instant().wallMs;
  if (problems.length === 0)
    await store.note((database) => {
      for (const { groupId } of groups) markGone(database, { groupId, nowMs, why: 'push --delete' });
    });
  return endCommand(session, { code: problems.length === 0 ? 0 : 1 });
}
