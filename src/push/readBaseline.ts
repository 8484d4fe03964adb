import { isBehind, type RemoteGroup, seedFromGateway } from '../ledger/push/baseline.ts';
import { noteMove } from '../ledger/push/copies.ts';
import { noteReached, renewLease, sequence } from '../ledger/push/deliveries.ts';
import { isoTime } from '../model.ts';
import { type GroupPush, nothingToReport, type PushOutcome } from './groupPush.ts';
import { leaseEndMs, startRequest } from './lease.ts';
import { failed } from './problems.ts';

/**
 * Reads what the gateway holds, and makes it the baseline if another ledger wrote it. `cleanSeq`: the gateway has all
 * of this state already.
 */
export async function readBaseline(
  task: GroupPush,
  holder: string,
): Promise<{ result: PushOutcome | null; cleanSeq: number | null }> {
  const { session, gateway, shards, group, budget, readings } = task;
  const time = startRequest(session.context, budget.leftMs);
  const reading = await (await readings()).of(group, budget);
  if (reading.outcome === 'failed') {
    const given = reading.wasAnswered ? null : time.given();
    return { result: await failed(task, { line: reading.line, given }), cleanSeq: null };
  }
  const { groupId } = group;
  const held = reading.group;
  const { elsewhere, newestHeld } = await ofOthers(task, held);
  return session.store.write((database) => {
    const nowMs = session.context.instant().wallMs;
    // A process that took the lease meanwhile knows better what the gateway holds now.
    if (!renewLease(database, { groupId, holder, untilMs: leaseEndMs(task, { mayRead: false }) }))
      return { result: nothingToReport, cleanSeq: null };
    if (shards !== null) noteMove(database, { groupId, url: gateway.url, elsewhere, at: isoTime(nowMs) });
    const adopted = seedFromGateway(database, { groupId, url: gateway.url, held: newestHeld, nowMs });
    const { seq, deliveredSeq } = sequence(database, groupId);
    const isClean = seq <= deliveredSeq && !adopted && !isBehind(database, { groupId, held });
    if (isClean) noteReached(database, gateway.url);
    return { result: null, cleanSeq: isClean ? seq : null };
  });
}

/** Of several gateways, those that hold a group which this ledger has never pushed, and the newest state of it. */
async function ofOthers(
  task: GroupPush,
  held: RemoteGroup,
): Promise<{ elsewhere: readonly string[]; newestHeld: RemoteGroup }> {
  const { shards, group } = task;
  if (shards === null || group.adoptedUrl !== null) return { elsewhere: [], newestHeld: held };
  const { newest, readElsewhere } = await import('./shards/readElsewhere.ts');
  const found = await readElsewhere(task, shards);
  return { elsewhere: found.map(({ url }) => url), newestHeld: newest(held, found) };
}
