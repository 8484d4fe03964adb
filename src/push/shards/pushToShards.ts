import type { Warning } from '../../errors.ts';
import {
  hasFailed,
  type ListedGroup,
  listGroups,
  mayTry,
  type PendingGroup,
} from '../../ledger/push/deliveries.ts';
import type { PushRequest, Session } from '../../session.ts';
import type { Pushgateway } from '../gateway/pushgateway.ts';
import type { Shards } from '../groupPush.ts';
import { Budget } from '../lease.ts';
import { adoptTimeout, pushToGateway, readOnce, withOutstanding } from '../pushToGateway.ts';
import { isFailover } from './isFailover.ts';
import { place } from './place.ts';

/**
 * Pushes every group with news to that of several gateways which its instance has, the deployment's own first, all under
 * one deadline. With `gateway-failover`, the groups of one that fails go to the next by rank, and the ledger notes that
 * they are still to be deleted there.
 */
export async function pushToShards(
  session: Session,
  { gateways, request }: { gateways: readonly Pushgateway[]; request: PushRequest },
): Promise<Warning[]> {
  const { context, store } = session;
  const database = await store.database();
  const budget = new Budget(context, request.budgetMs);
  const isMark = request.adopt === 'never';
  const hasFailover = isFailover(session);
  const [down, unresponsive] = [new Set<string>(), new Set<string>()];
  const isPaused = (url: string) => !mayTry(database, { url, nowMs: context.instant().wallMs });
  const gatewayOf = (group: PendingGroup) =>
    place(group, { gateways, hasFailover, mayMove: !isMark, insist: request.insist, down, isPaused });
  const told: Warning[] = [];
  const failures: Failure[] = [];
  const takers = new Map<ListedGroup, string>();
  const meant = new Set<ListedGroup>();
  const all = listGroups(database, request);
  const readings = readingsOf(session, { groups: all, request });
  let pending: readonly ListedGroup[] = all;
  for (;;) {
    const gateway = pending.map(gatewayOf).find((one) => one !== null) ?? null;
    if (gateway === null || budget.leftMs === 0) break;
    const groups = pending.filter((group) => gatewayOf(group) === gateway);
    // One that does not respond must leave time for the next, and for those that others wait for.
    const hasNext = hasFailover && !isMark && down.size + 1 < gateways.length;
    const waiting = new Set(pending.filter((group) => isWanted(group, request)).map(gatewayOf)).add(gateway);
    const parts = hasNext ? 2 : waiting.size;
    const time = parts > 1 ? budget.share(parts) : budget;
    const asked = parts > 1 ? { ...request, budgetMs: time.leftMs } : request;
    const shards = { gateways, down, gatewayOf, readings };
    const common = { shards, unresponsive };
    const end = await pushToGateway(session, { ...common, gateway, groups, budget: time, request: asked });
    for (const group of end.meant) meant.add(group);
    if (end.left.length > 0) down.add(gateway.url);
    // Without a warning it only had too little time: other requests used it up.
    const failure = end.left.length > 0 ? end.warnings.filter(({ about }) => about !== undefined) : [];
    for (const group of groups) if (!end.left.includes(group)) takers.set(group, gateway.url);
    failures.push(...failure.map((warning) => ({ warning, left: end.left })));
    told.push(...end.warnings.filter((one) => !failure.includes(one)));
    const isNext = hasNext && failure.length > 0;
    pending = pending.filter((group) => !groups.includes(group) || (isNext && end.left.includes(group)));
  }
  const isHeld = hasFailover && !isMark && pending.length === 0 && down.size < gateways.length;
  const left = isHeld ? told : [...failures.map(({ warning }) => warning), ...told];
  const wanted = budget.leftMs === 0 ? pending.filter((group) => isWanted(group, request)) : [];
  const outstanding = withOutstanding(database, { warnings: left, meant: [...meant, ...wanted], request });
  return [...(isHeld ? failures.map((one) => replaced(one, takers)) : []), ...outstanding];
}

/** Whether the command would be incomplete without this group. A mark leaves no time for others. */
function isWanted(group: ListedGroup, { deploymentId, insist, adopt }: PushRequest): boolean {
  if (insist) return true;
  const isMeant = deploymentId === null || group.isOwn === 1;
  return adopt !== 'never' && isMeant && group.seq > group.deliveredSeq;
}

/** A gateway that failed, and the groups that it did not get. */
interface Failure {
  readonly warning: Warning;
  readonly left: readonly ListedGroup[];
}

/** The failure of a gateway whose groups are on other ones now: for each instance, on the next by its rank. */
function replaced({ warning, left }: Failure, takers: ReadonlyMap<ListedGroup, string>): Warning {
  const { failed: _, ...rest } = warning;
  const urls = [...new Set(left.flatMap((group) => takers.get(group) ?? []))];
  const gateways = `the next gateway${urls.length === 1 ? '' : 's'}, ${urls.join(' and ')}`;
  return { ...rest, hint: `its groups were pushed to ${gateways} (--gateway-failover)` };
}

/** One set of readings for each gateway; one time for all of them, of which one that failed before gets none. */
function readingsOf(
  session: Session,
  { groups, request }: { groups: readonly ListedGroup[]; request: PushRequest },
): Shards['readings'] {
  const made = new Map<string, ReturnType<typeof readOnce>>();
  const shared = { leftMs: adoptTimeout(session, { request, isIll: false }) };
  return async (gateway) => {
    const isIll = hasFailed(await session.store.database(), gateway.url);
    const extra = adoptTimeout(session, { request, isIll }) > 0 ? shared : { leftMs: 0 };
    const one = made.get(gateway.url) ?? readOnce(session, { gateway, groups, extra });
    made.set(gateway.url, one);
    return one();
  };
}
