import type { Warning } from '../errors.ts';
import { copiesOf } from '../ledger/push/copies.ts';
import { completeDelivery, noteReached, type PendingGroup, releaseLease } from '../ledger/push/deliveries.ts';
import { groupNow, isAdopted } from '../ledger/push/pendingGroup.ts';
import { numberedSnapshot } from '../ledger/push/snapshot.ts';
import { exposition } from '../metrics/exposition.ts';
import { groupSamples } from '../metrics/samples.ts';
import { programVersion } from '../programVersion.ts';
import { put } from './gateway/pushgateway.ts';
import type { Delivery } from './gateway/pushResult.ts';
import { type GroupPush, nothingToReport, type PushOutcome } from './groupPush.ts';
import { acquireLease, type PushLease, startRequest } from './lease.ts';
import { failed, refused } from './problems.ts';
import { type BaselineRead, baselineKnown, readBaseline } from './readBaseline.ts';

/** The result of one turn, or null, with whether the group has changed since. */
interface TurnEnd {
  readonly result: PushOutcome | null;
  readonly moved: boolean;
  /** The group, if another process has pushed it to another gateway: nothing was sent. */
  readonly elsewhere?: PendingGroup;
}

/**
 * Pushes one group under its lease: read, render, PUT, wait for the response, check whether the group has changed.
 * While another process holds the lease nothing is sent: the holder checks again before it releases it.
 */
export async function sendGroup(task: GroupPush): Promise<PushOutcome> {
  const told: Warning[] = [];
  let current = task;
  let mayRead = mayReadBase(task);
  for (;;) {
    const turn = await acquireLease(current, { mayRead });
    const end = turn === null ? null : await sendInTurn(current, { ...turn, mayRead, told });
    const result = end === null ? nothingToReport : end.result;
    if (result !== null) {
      const gatewayFailed = result.gatewayFailed && current.gateway === task.gateway;
      return { gatewayFailed, warnings: [...told, ...result.warnings] };
    }
    const again = end?.elsewhere === undefined ? null : placedAgain(current, end.elsewhere);
    if ((end?.moved !== true && again === null) || task.budget.leftMs === 0)
      return { ...nothingToReport, warnings: told };
    current = again ?? current;
    mayRead = again !== null && mayReadBase(again);
  }
}

/** The push of a group that another process has moved; null if that pushed the news too, or if only others move groups. */
function placedAgain(task: GroupPush, group: PendingGroup): GroupPush | null {
  const { request, shards } = task;
  if (request.adopt === 'never' || task.group.seq <= group.deliveredSeq) return null;
  if (shards === null) return { ...task, group };
  const gateway = shards.gatewayOf(group);
  return gateway === null ? null : { ...task, group, gateway, readings: () => shards.readings(gateway) };
}

/** Marks never read the gateway; the end of a deployment does if it could not be read before. */
function mayReadBase({ request, group, gateway }: GroupPush): boolean {
  return request.adopt === 'always' || (request.adopt === 'missing' && !isAdopted(group, gateway.url));
}

/** Sends what is pending. Whatever happens, the lease is released, with a check for news. */
async function sendInTurn(
  task: GroupPush,
  { mayRead, told, ...turn }: PushLease & { mayRead: boolean; told: Warning[] },
): Promise<TurnEnd> {
  const { store } = task.session;
  const { groupId } = task.group;
  const { holder } = turn;
  let held = true;
  try {
    const elsewhere = mayRead ? null : await ifElsewhere(task);
    if (elsewhere !== null) return { result: null, moved: false, elsewhere };
    const base = mayRead ? await readBaseline(task, holder) : baselineKnown;
    told.push(...base.warnings);
    if (base.result !== null) return { result: base.result, moved: false };
    told.push(...(await leaveOthers(task, base)));
    const { cleanSeq } = base;
    const end =
      cleanSeq === null
        ? await putOnce(task, turn)
        : {
            result: null,
            moved: await store.note((database) => releaseLease(database, { groupId, holder, seq: cleanSeq })),
          };
    held = end.result !== null;
    return end;
  } finally {
    if (held)
      await store.note((database) => releaseLease(database, { groupId, holder, seq: 0 })).catch(() => {});
  }
}

/** The group, if it is on another gateway by now. */
async function ifElsewhere({ session, group, gateway }: GroupPush): Promise<PendingGroup | null> {
  const now = groupNow(await session.store.database(), group.groupId);
  return now.adoptedUrl === gateway.url ? null : now;
}

/** Deletes the group on the gateways that it was on before it moved here. Never by a mark, and loads nothing if it never moved. */
async function leaveOthers(
  task: GroupPush,
  { movedFrom }: Pick<BaselineRead, 'movedFrom'>,
): Promise<Warning[]> {
  const { session, group, gateway, request } = task;
  if (request.adopt === 'never') return [];
  const urls = copiesOf(await session.store.database(), group.groupId).filter((url) => url !== gateway.url);
  if (urls.length === 0) return [];
  const { removeCopies } = await import('./shards/removeCopies.ts');
  return removeCopies(task, { urls, movedFrom });
}

/** One PUT of the newest state; a success also releases the lease and returns whether the group changed meanwhile. */
async function putOnce(task: GroupPush, turn: PushLease): Promise<TurnEnd> {
  const { session, gateway, group, budget } = task;
  // The time was not used up by this gateway, so it is not considered failed.
  if (budget.leftMs === 0) return { result: nothingToReport, moved: false };
  const { seq, snapshot } = numberedSnapshot(await session.store.database(), {
    groupId: group.groupId,
    programVersion,
  });
  const text = exposition(groupSamples(snapshot));
  const time = startRequest(session.context, budget.leftMs);
  const send = () => budget.spend((timeoutMs) => put(gateway, { key: snapshot.key, text, timeoutMs }));
  const first = await send();
  // Truncated on the way, not wrong: a proxy that truncates every body is reported the second time.
  const delivery = wasCut(first) && budget.leftMs > 0 ? await send() : first;
  if (delivery.outcome === 'failed')
    return { result: await failed(task, { line: delivery.line, given: time.given() }), moved: false };
  if (delivery.outcome === 'refused') return { result: await refused(task, delivery.line), moved: false };
  const nowMs = session.context.instant().wallMs;
  const moved = await session.store.note((database) => {
    noteReached(database, gateway.url);
    return completeDelivery(database, {
      groupId: group.groupId,
      ...turn,
      seq,
      nowMs,
      totals: snapshot.totals,
    });
  });
  return { result: null, moved };
}

/** A rejection of a body that did not arrive completely: compressed, it cannot be mistaken for a shorter one. */
function wasCut(delivery: Delivery): boolean {
  return delivery.outcome === 'refused' && /unexpected EOF/i.test(delivery.line);
}
