import { sendBudgetMs } from '../cli/define/settings.ts';
import { asWarning, type Warning } from '../errors.ts';
import type { Database } from '../ledger/file/addon.ts';
import {
  hasFailed,
  isAtWork,
  type ListedGroup,
  listGroups,
  mayTry,
  type PendingGroup,
  readLease,
  runsIn,
} from '../ledger/push/deliveries.ts';
import { programVersion } from '../programVersion.ts';
import type { PushRequest, Session } from '../session.ts';
import { configuredGateway } from './gateway/pushgateway.ts';
import type { GatewayReadings } from './gatewayReadings.ts';
import { Budget } from './lease.ts';
import { notPushed, refusal } from './problems.ts';
import { sendGroup } from './sendGroup.ts';

/**
 * Pushes every group with news, the deployment's own first, all under one deadline. Never throws: what could not be
 * pushed stays pending and is a warning.
 */
export async function pushGroups(session: Session, request: PushRequest): Promise<Warning[]> {
  const failed = (error: unknown): Warning[] => [asWarning(error, 'delivery')];
  const ofFiles = await toTextfiles(session, request).catch(failed);
  return [...ofFiles, ...(await deliverToGateway(session, request).catch(failed))];
}

async function toTextfiles(session: Session, request: PushRequest): Promise<Warning[]> {
  const folder = session.settings.path('textfile', session.context.cwd);
  if (folder === null) return [];
  const { writeTextfiles } = await import('./textfiles.ts');
  return writeTextfiles(session, { folder, request });
}

async function deliverToGateway(session: Session, request: PushRequest): Promise<Warning[]> {
  // Reported with the settings.
  if (session.settings.isInvalid('gateway-proxy')) return [];
  const gateway = await configuredGateway(session, { withinMs: request.budgetMs });
  if (gateway === null) return [];
  const { context, store } = session;
  const database = await store.database();
  const isMark = request.adopt === 'never';
  // At the start and the end of a deployment it is tried once, whatever happened to the marks.
  if (isMark && !mayTry(database, { url: gateway.url, nowMs: context.instant().wallMs })) return [];
  const warnings: Warning[] = [];
  const budget = new Budget(context, request.budgetMs);
  const adoptTimeoutMs = adoptTimeout(session, { request, isIll: hasFailed(database, gateway.url) });
  const groups = listGroups(database, request);
  const readings = readOnce(session, { gateway, groups, extraMs: adoptTimeoutMs });
  const meant: ListedGroup[] = [];
  for (const group of groups) {
    const isMeant = request.deploymentId === null || group.isOwn === 1;
    if (!request.insist && isClosed(group, gateway.url)) {
      if (beginsHere(database, { group, request }))
        warnings.push(refusal({ gateway, group, line: group.refusedLine ?? '' }));
      continue;
    }
    const asked = isMeant || isMark || request.insist ? request : { ...request, adopt: 'missing' as const };
    if (!isDue(group, { request: asked, url: gateway.url })) continue;
    if (isMeant) meant.push(group);
    else if (isLeftToOthers(database, { group, request, budget, nowMs: context.instant().wallMs })) continue;
    const isPatient = request.insist || (isMeant && !isMark);
    const task = { session, gateway, group, request: asked, budget, adoptTimeoutMs, readings, isPatient };
    const sent = await sendGroup(task);
    warnings.push(...sent.warnings);
    if (sent.gatewayFailed || budget.leftMs === 0) break;
  }
  return warnings.length > 0 || isMark || request.insist
    ? warnings
    : meant.filter((group) => isOutstanding(database, group)).map(notPushed);
}

/** The readings of one command, made when the first group needs one. */
function readOnce(
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
  { group, request, budget, nowMs }: Omit<Due, 'url'> & { budget: Budget; nowMs: number },
): boolean {
  if (request.insist) return false;
  return budget.leftMs < request.budgetMs / 2 || isAtWork(database, group, nowMs);
}

/**
 * Time limit for reading a gateway's state: the end of a deployment does not wait again for what its start waited for.
 */
function adoptTimeout(
  { settings }: Session,
  { request, isIll }: { request: PushRequest; isIll: boolean },
): number {
  if (request.adopt === 'missing' && isIll) return 0;
  const timeoutMs = settings.durationMs('adopt-timeout');
  return Math.min(timeoutMs, request.mostMs ?? timeoutMs);
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
}

/** What this command does with a group: marks push news of groups whose baseline is known, the others read it too. */
function isDue(group: PendingGroup, { request, url }: Omit<Due, 'group'>): boolean {
  if (request.insist) return true;
  return group.seq > group.deliveredSeq && (request.adopt !== 'never' || group.adoptedUrl === url);
}

/** Pushes what this mark made pending, if a gateway or textfile is set. Loads nothing otherwise. */
export async function send(
  session: Session,
  { deploymentId, adopt }: { deploymentId: string | null; adopt: PushRequest['adopt'] },
): Promise<void> {
  const { settings, store } = session;
  if (!store.isOpen || (settings.text('gateway') === null && settings.text('textfile') === null)) return;
  // A mark that the ledger did not store has nothing to push, and its warning says why.
  if (session.warnings.some(isOfLedger)) return;
  const budgetMs = settings.durationMs('gateway-timeout') ?? budgetOf(session);
  const request = { deploymentId, budgetMs, mostMs: null, adopt, insist: false } as const;
  session.warnings.push(...(await pushGroups(session, request)));
}

/** Milliseconds that a command of this kind may take for pushing. */
function budgetOf({ command }: Session): number {
  const { sends } = command.policy;
  return sends === 'never' ? 0 : sendBudgetMs(sends);
}

function isOfLedger({ code, failed }: Warning): boolean {
  return failed === 'recording' && code.startsWith('LEDGER_');
}
