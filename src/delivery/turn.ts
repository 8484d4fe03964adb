import { stopwatch } from '../elapsed.ts';
import { takeLease } from '../ledger/push/deliveries.ts';
import type { GroupTask } from './groupTask.ts';

/** How much longer than its requests may take a sender holds a group before another takes it. */
const leaseSlackMs = 3000;
const pauseMs = 50;

/**
 * Takes the right to send a group; null while another has it. Who has to read the gateway (`start`, `push`) waits for
 * the turn as long as the requests might take, everybody else leaves the news to the holder.
 */
export async function takeTurn(task: GroupTask, { mayRead }: { mayRead: boolean }): Promise<string | null> {
  const { session, group, request, budget } = task;
  const { context, store } = session;
  const holder = context.uniqueId();
  const patienceMs = mayRead || request.insist ? budget.leftMs : 0;
  const waitedMs = stopwatch(context);
  for (;;) {
    const nowMs = context.instant().wallMs;
    const lease = { groupId: group.groupId, holder, nowMs, untilMs: leaseEndMs(task, { mayRead }) };
    if (await store.note((database) => takeLease(database, lease))) return holder;
    if (waitedMs() >= patienceMs) return null;
    await context.sleep(pauseMs);
  }
}

/** Unix ms until which a sender that begins now may hold the group. */
export function leaseEndMs(
  { session, budget, adoptTimeoutMs }: GroupTask,
  { mayRead }: { mayRead: boolean },
): number {
  return session.context.instant().wallMs + budget.leftMs + (mayRead ? adoptTimeoutMs : 0) + leaseSlackMs;
}
