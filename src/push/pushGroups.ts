import { sendBudgetMs } from '../cli/define/settings.ts';
import { asWarning, type Warning } from '../errors.ts';
import { listGroups } from '../ledger/push/deliveries.ts';
import type { PushRequest, Session } from '../session.ts';
import { configuredGateways } from './gateway/configuredGateways.ts';
import { Budget } from './lease.ts';
import { pushToGateway, withOutstanding } from './pushToGateway.ts';

/**
 * Pushes every group with news, the deployment's own first, all under one deadline. Never throws: what could not be
 * pushed stays pending and is a warning.
 */
export async function pushGroups(session: Session, request: PushRequest): Promise<Warning[]> {
  const failed = (error: unknown): Warning[] => [asWarning(error, 'delivery')];
  const ofFiles = await toTextfiles(session, request).catch(failed);
  return [...ofFiles, ...(await deliverToGateways(session, request).catch(failed))];
}

async function toTextfiles(session: Session, request: PushRequest): Promise<Warning[]> {
  const folder = session.settings.path('textfile', session.context.cwd);
  if (folder === null) return [];
  const { writeTextfiles } = await import('./textfiles.ts');
  return writeTextfiles(session, { folder, request });
}

async function deliverToGateways(session: Session, request: PushRequest): Promise<Warning[]> {
  // Reported with the settings.
  if (session.settings.isInvalid('gateway-proxy')) return [];
  const gateways = await configuredGateways(session, { withinMs: request.budgetMs });
  const [gateway, ...others] = gateways;
  if (gateway === undefined) return [];
  if (others.length > 0) {
    const { pushToShards } = await import('./shards/pushToShards.ts');
    return pushToShards(session, { gateways, request });
  }
  const database = await session.store.database();
  const groups = listGroups(database, request);
  const budget = new Budget(session.context, request.budgetMs);
  const { warnings, meant } = await pushToGateway(session, {
    gateway,
    shards: null,
    groups,
    budget,
    request,
  });
  return withOutstanding(database, { warnings, meant, request });
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
