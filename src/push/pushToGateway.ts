import type { Warning } from '../errors.ts';
import type { Database } from '../ledger/file/addon.ts';
import { leftCopies } from '../ledger/push/copies.ts';
import {
  hasFailed,
  isAtWork,
  type ListedGroup,
  mayTry,
  type PendingGroup,
  readLease,
  runsIn,
} from '../ledger/push/deliveries.ts';
import { isAdopted } from '../ledger/push/pendingGroup.ts';
import { programVersion } from '../programVersion.ts';
import type { PushRequest, Session } from '../session.ts';
import type { Pushgateway } from './gateway/pushgateway.ts';
import type { GatewayReadings } from './gatewayReadings.ts';
import type { Shards } from './groupPush.ts';
import type { Budget } from './lease.ts';
import { notPushed, refusal } from './problems.ts';
import { sendGroup } from './sendGroup.ts';

export interface Pushes {
  readonly gateway: Pushgateway;
  readonly shards: Shards | null;
  /** In the order in which they are tried. */
  readonly groups: readonly ListedGroup[];
  readonly request: PushRequest;
  readonly budget: Budget;
  /** As in `GroupPush`; shared by the gateways of the command. */
  readonly unresponsive?: Set<string>;
}

export interface PushesEnd {
  readonly warnings: readonly Warning[];
  /** The groups with news that this command is to push. */
  readonly meant: readonly ListedGroup[];
  /** The groups that were not pushed because the gateway failed: all from the one with which it failed; empty if it did not. */
  readonly left: readonly ListedGroup[];
}

/** Pushes the groups that are due to one gateway, until it fails or the time is up. */
export async function pushToGateway(
  session: Session,
  { gateway, shards, groups, request, budget, unresponsive = new Set() }: Pushes,
): Promise<PushesEnd> {
  const { context, store } = session;
  const database = await store.database();
  const isMark = request.adopt === 'never';
  // At the start and the end of a deployment it is tried once, whatever happened to the marks.
  if (isMark && !mayTry(database, { url: gateway.url, nowMs: context.instant().wallMs }))
    return { warnings: [], meant: [], left: [] };
  const warnings: Warning[] = [];
  const extraMs = adoptTimeout(session, { request, isIll: hasFailed(database, gateway.url) });
  const own = readOnce(session, { gateway, groups, extra: { leftMs: extraMs } });
  const readings = shards === null ? own : () => shards.readings(gateway);
  const removable = isMark ? new Set<number>() : removableNow(database, context.instant().wallMs);
  const meant: ListedGroup[] = [];
  for (const [at, group] of groups.entries()) {
    const isMeant = request.deploymentId === null || group.isOwn === 1;
    if (!request.insist && isClosed(group, gateway.url)) {
      if (beginsHere(database, { group, request }))
        warnings.push(refusal({ gateway, group, line: group.refusedLine ?? '' }));
      continue;
    }
    const asked = isMeant || isMark || request.insist ? request : { ...request, adopt: 'missing' as const };
    if (!isDue(group, { request: asked, url: gateway.url, removable })) continue;
    if (isMeant) meant.push(group);
    else if (isLeftToOthers(database, { group, request, budget, nowMs: context.instant().wallMs })) continue;
    const isPatient = request.insist || (isMeant && !isMark);
    const common = { session, gateway, shards, budget, adoptTimeoutMs: extraMs, readings, unresponsive };
    const sent = await sendGroup({ ...common, group, request: asked, isPatient });
    warnings.push(...sent.warnings);
    if (sent.gatewayFailed) return { warnings, meant, left: groups.slice(at) };
    if (budget.leftMs === 0) break;
  }
  return { warnings, meant, left: [] };
}

/** With a warning for each group that is still pending although its gateway did not reject it, if nothing else says so. */
export function withOutstanding(
  database: Database,
  { warnings, meant, request }: Pick<PushesEnd, 'warnings' | 'meant'> & { request: PushRequest },
): Warning[] {
  if (warnings.length > 0 || request.adopt === 'never' || request.insist) return [...warnings];
  return meant.filter((group) => isOutstanding(database, group)).map(notPushed);
}

/** The groups that have left a gateway which may be asked now to remove them. */
function removableNow(database: Database, nowMs: number): ReadonlySet<number> {
  const left = leftCopies(database).filter(({ url }) => mayTry(database, { url, nowMs }));
  return new Set(left.map(({ groupId }) => groupId));
}

/**
 * Whether the state of a group when the command began is still not on the gateway, although the gateway did not reject
 * it.
 */
function isOutstanding(database: Database, { groupId, seq }: PendingGroup): boolean {
  return readLease(database, groupId).deliveredSeq < seq;
}

/**
 * Whether the news of another deployment's group are left to others: half of the time is over, or that deployment has
 * commands of its own. Otherwise fifty parallel deployments would each push the groups of all others.
 */
function isLeftToOthers(
  database: Database,
  { group, request, budget, nowMs }: Omit<Due, 'url' | 'removable'> & { budget: Budget; nowMs: number },
): boolean {
  if (request.insist) return false;
  return budget.leftMs < request.budgetMs / 2 || isAtWork(database, group, nowMs);
}

/** Rejected by this gateway for this version: only `push` tries again. */
function isClosed(group: PendingGroup, url: string): boolean {
  return group.refusedUrl === url && group.refusedVersion === programVersion;
}

/** Whether this command reports a suspended group: `init`, and the start of a deployment in it. */
function beginsHere(
  database: Database,
  { group, request }: { group: PendingGroup; request: PushRequest },
): boolean {
  return (
    request.adopt === 'always' &&
    (request.deploymentId === null ||
      runsIn(database, { groupId: group.groupId, deploymentId: request.deploymentId }))
  );
}

interface Due {
  readonly group: PendingGroup;
  readonly request: PushRequest;
  readonly url: string;
  /** The groups that may now be removed from where they were. */
  readonly removable: ReadonlySet<number>;
}

/** What this command does with a group: marks push news of groups whose baseline is known, the others read it too. */
function isDue(group: PendingGroup, { request, url, removable }: Omit<Due, 'group'>): boolean {
  if (request.insist || removable.has(group.groupId)) return true;
  return group.seq > group.deliveredSeq && (request.adopt !== 'never' || isAdopted(group, url));
}

/** The readings of one gateway by one command, made when the first group needs one. */
export function readOnce(
  session: Session,
  options: ConstructorParameters<typeof GatewayReadings>[1],
): () => Promise<GatewayReadings> {
  let made: Promise<GatewayReadings> | null = null;
  return () => {
    made ??= import('./gatewayReadings.ts').then((loaded) => new loaded.GatewayReadings(session, options));
    return made;
  };
}

/**
 * Time limit for reading a gateway's state: the end of a deployment does not wait again for what its start waited for.
 */
export function adoptTimeout(
  { settings }: Session,
  { request, isIll }: { request: PushRequest; isIll: boolean },
): number {
  if (request.adopt === 'missing' && isIll) return 0;
  const timeoutMs = settings.durationMs('adopt-timeout');
  return Math.min(timeoutMs, request.mostMs ?? timeoutMs);
}
