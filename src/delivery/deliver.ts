import { asWarning, type Warning } from '../errors.ts';
import type { Database } from '../ledger/file/addon.ts';
import { listGroups, mayTry, type Outstanding, runsIn } from '../ledger/push/deliveries.ts';
import { programVersion } from '../programVersion.ts';
import type { DeliveryRequest, Session } from '../session.ts';
import { Budget } from './budget.ts';
import { configuredGateway } from './gateway.ts';
import { refusal } from './problems.ts';
import { sendGroup } from './sendGroup.ts';
import { writeTextfiles } from './textfiles.ts';

/**
 * Sends every group that has news, the deployment's own first, all under one deadline. Never throws: what could not
 * be delivered stays outstanding and is a warning.
 */
export async function deliver(session: Session, request: DeliveryRequest): Promise<Warning[]> {
  try {
    return [...(await writeTextfiles(session, request)), ...(await deliverToGateway(session, request))];
  } catch (error) {
    return [asWarning(error, 'delivery')];
  }
}

async function deliverToGateway(session: Session, request: DeliveryRequest): Promise<Warning[]> {
  const gateway = await configuredGateway(session, { withinMs: request.budgetMs });
  if (gateway === null) return [];
  const { context, store, settings } = session;
  const database = await store.database();
  if (!request.insist && !mayTry(database, { url: gateway.url, nowMs: context.instant().wallMs })) return [];
  const warnings: Warning[] = [];
  const budget = new Budget(context, request.budgetMs);
  const adoptTimeoutMs = settings.durationMs('adopt-timeout') ?? 10_000;
  for (const group of listGroups(database, request)) {
    if (!request.insist && isClosed(group, gateway.url)) {
      if (beginsHere(database, { group, request }))
        warnings.push(refusal({ gateway, group, line: group.refusedLine ?? '' }));
      continue;
    }
    if (!isDue(group, { request, url: gateway.url })) continue;
    const sent = await sendGroup({ session, gateway, group, request, budget, adoptTimeoutMs });
    warnings.push(...sent.warnings);
    if (sent.gatewayFailed || budget.leftMs === 0) break;
  }
  return warnings;
}

/** Refused by this gateway to this version: only `push` tries again. */
function isClosed(group: Outstanding, url: string): boolean {
  return group.refusedUrl === url && group.refusedVersion === programVersion;
}

/** Whether this is the command that tells of a closed group: `init`, and the start of a deployment in it. */
function beginsHere(
  database: Database,
  { group, request }: { group: Outstanding; request: DeliveryRequest },
): boolean {
  return (
    request.adopt === 'always' &&
    (request.deploymentId === null ||
      runsIn(database, { groupId: group.groupId, deploymentId: request.deploymentId }))
  );
}

/** What this command has to do with a group: marks send news of groups whose base is known, the others look too. */
function isDue(group: Outstanding, { request, url }: { request: DeliveryRequest; url: string }): boolean {
  if (request.insist) return true;
  return group.seq > group.deliveredSeq && (request.adopt !== 'never' || group.adoptedUrl === url);
}
