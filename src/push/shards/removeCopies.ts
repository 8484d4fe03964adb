import type { Warning } from '../../errors.ts';
import { lastErrorOf, noteFailure } from '../../ledger/push/backOff.ts';
import { forgetCopy } from '../../ledger/push/copies.ts';
import { hasFailed, mayTry, noteReached } from '../../ledger/push/deliveries.ts';
import { formerGateway } from '../gateway/configuredGateways.ts';
import { remove } from '../gateway/pushgateway.ts';
import type { GroupPush } from '../groupPush.ts';

/**
 * Deletes a group, whose lease the caller has, at its former addresses. One that does not respond stays noted, and
 * is tried again by the next command that is not a mark, after the pause of that gateway. Half of the time is left for
 * the push that follows. `movedFrom`: the one that the group leaves now.
 */
export async function removeCopies(
  task: GroupPush,
  { urls, movedFrom }: { urls: readonly string[]; movedFrom: string | null },
): Promise<Warning[]> {
  const { session, group, request, budget, unresponsive } = task;
  const { context, store } = session;
  const others = task.shards?.gateways ?? [task.gateway];
  const time = budget.half();
  const warnings: Warning[] = [];
  for (const url of urls) {
    const isPaused = !mayTry(await store.database(), { url, nowMs: context.instant().wallMs });
    if (task.shards?.down.has(url) || unresponsive.has(url) || time.leftMs === 0) continue;
    if (isPaused && !request.insist) {
      if (url !== movedFrom) continue;
      unresponsive.add(url);
      warnings.push(notRemoved(task, { url, line: await lastError(task, url) }));
      continue;
    }
    const isKnown = hasFailed(await store.database(), url);
    const present = others.find((one) => one.url === url);
    const gateway = present ?? (await formerGateway(session, { url, others, withinMs: time.leftMs }));
    const result = await time.spend((timeoutMs) => remove(gateway, { key: group, timeoutMs }));
    const nowMs = context.instant().wallMs;
    await store.note((database) => {
      if (result.outcome === 'delivered') {
        forgetCopy(database, { groupId: group.groupId, url });
        noteReached(database, url);
      } else noteFailure(database, { url, nowMs, line: result.line });
    });
    if (result.outcome !== 'delivered') unresponsive.add(url);
    // One that is gone for good is reported once.
    const isNews = !isKnown || url === movedFrom || (request.insist && present !== undefined);
    if (result.outcome !== 'delivered' && isNews) warnings.push(notRemoved(task, { url, line: result.line }));
  }
  return warnings;
}

async function lastError({ session }: GroupPush, url: string): Promise<string> {
  return lastErrorOf(await session.store.database(), url) ?? 'it failed';
}

function notRemoved({ group, gateway }: GroupPush, { url, line }: { url: string; line: string }): Warning {
  return {
    code: 'GATEWAY',
    message: `cannot remove the metrics of ${group.deployment}/${group.environment} from ${url}, the gateway before ${gateway.url}: ${line}`,
    hint: 'until they are removed, sums count them twice; the next command or `deploytrack push` tries again',
  };
}
