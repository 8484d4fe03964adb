import type { Warning } from '../errors.ts';
import { isBehind, type RemoteGroup, seedFromGateway } from '../ledger/push/baseline.ts';
import { copiesOf, noteMove } from '../ledger/push/copies.ts';
import { noteReached, renewLease, sequence } from '../ledger/push/deliveries.ts';
import { newSequence } from '../ledger/totals/totals.ts';
import { isoTime } from '../model.ts';
import { type GroupPush, nothingToReport, type PushOutcome } from './groupPush.ts';
import { leaseEndMs, startRequest } from './lease.ts';
import { failed } from './problems.ts';

export interface BaselineRead {
  /** The end of the push, if it cannot go on. */
  readonly result: PushOutcome | null;
  /** The gateway has all of this state already. */
  readonly cleanSeq: number | null;
  /** The gateway that the group leaves with this push. */
  readonly movedFrom: string | null;
  readonly warnings: readonly Warning[];
}

export const baselineKnown: BaselineRead = { result: null, cleanSeq: null, movedFrom: null, warnings: [] };

/** Reads what the gateway holds, and makes it the baseline if another ledger wrote it. */
export async function readBaseline(task: GroupPush, holder: string): Promise<BaselineRead> {
  const { session, gateway, shards, group, budget, readings } = task;
  const time = startRequest(session.context, budget.leftMs);
  const reading = await (await readings()).of(group, budget);
  if (reading.outcome === 'failed') {
    const given = reading.wasAnswered ? null : time.given();
    return { ...baselineKnown, result: await failed(task, { line: reading.line, given }) };
  }
  const { groupId } = group;
  const held = reading.group;
  const { elsewhere, newestHeld, warnings } = await ofOthers(task, held);
  return session.store.write((database) => {
    const nowMs = session.context.instant().wallMs;
    // A process that took the lease meanwhile knows better what the gateway holds now.
    if (!renewLease(database, { groupId, holder, untilMs: leaseEndMs(task, { mayRead: false }) }))
      return { ...baselineKnown, result: nothingToReport };
    const move = { groupId, url: gateway.url, elsewhere, at: isoTime(nowMs) };
    const isNoted = shards !== null || copiesOf(database, groupId).length > 0;
    const movedFrom = isNoted ? noteMove(database, move) : null;
    const adopted = seedFromGateway(database, { groupId, url: gateway.url, held: newestHeld, nowMs });
    // It is about to be deleted at the former one: until it is here it is pending, also if this process is killed.
    if (movedFrom !== null && isBehind(database, { groupId, held })) newSequence(database, groupId);
    const { seq, deliveredSeq } = sequence(database, groupId);
    const isClean = seq <= deliveredSeq && !adopted && !isBehind(database, { groupId, held });
    if (isClean) noteReached(database, gateway.url);
    return { result: null, cleanSeq: isClean ? seq : null, movedFrom, warnings };
  });
}

/** Of several gateways, those that hold a group which this ledger has never pushed, and the newest state of it. */
async function ofOthers(
  task: GroupPush,
  held: RemoteGroup,
): Promise<{ elsewhere: readonly string[]; newestHeld: RemoteGroup; warnings: readonly Warning[] }> {
  const { shards, group } = task;
  if (shards === null || group.adoptedUrl !== null) return { elsewhere: [], newestHeld: held, warnings: [] };
  const { newest, readElsewhere } = await import('./shards/readElsewhere.ts');
  const { found, warnings } = await readElsewhere(task, shards);
  return { elsewhere: found.map(({ url }) => url), newestHeld: newest(held, found), warnings };
}
