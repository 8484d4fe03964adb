import { sendBudgetMs } from '../cli/define/settings.ts';
import { stopwatch } from '../duration.ts';
import type { Warning } from '../errors.ts';
import { listGroups, type PendingGroup } from '../ledger/push/deliveries.ts';
import type { Session } from '../session.ts';
import { gatewayAddresses } from './gateway/gatewayAddress.ts';
import { pushGroups } from './pushGroups.ts';

const pauseMs = 1000;

/**
 * Keeps trying until nothing is pending or the time is up (`finish --wait`, `push --wait`): for a runner that will not
 * exist any more. Only the last try's warnings are reported. True if all was pushed.
 */
export async function sendUntilDelivered(
  session: Session,
  {
    deploymentId,
    waitMs,
    budgetMs = sendBudget(session),
  }: { deploymentId: string | null; waitMs: number; budgetMs?: number },
): Promise<boolean> {
  const { context, settings, store } = session;
  if (settings.text('gateway') === null && settings.text('textfile') === null) return true;
  const waitedMs = stopwatch(context);
  const urls = gatewayAddresses(settings.text('gateway') ?? 'http://none').map(({ url }) => url);
  for (;;) {
    // Marks that went to the journal meanwhile are pushed too; a ledger that is still locked is reported below.
    const isTakenIn = await store.takeIn(session.warnings).then(
      () => true,
      () => false,
    );
    const leftMs = Math.max(1, Math.ceil(waitMs - waitedMs()));
    const warnings = await pushGroups(session, {
      deploymentId,
      budgetMs: waitMs === 0 ? budgetMs : Math.min(budgetMs, leftMs),
      mostMs: waitMs === 0 ? null : leftMs,
      adopt: 'always',
      insist: true,
    });
    const failed = warnings.some((warning) => warning.failed === 'delivery');
    const outstanding = await outstandingGroups(session);
    const delivered = isTakenIn && !failed && outstanding.length === 0;
    // What a gateway rejected it rejects again.
    const isRefused =
      outstanding.length > 0 && outstanding.every((group) => urls.includes(group.refusedUrl ?? ''));
    const isHopeless = isRefused || settings.isInvalid('gateway-proxy');
    if (delivered || isHopeless || waitedMs() + pauseMs >= waitMs) {
      // The mark already reported that the ledger cannot be used.
      session.warnings.push(...warnings.filter((one) => !isToldOfLedger(session, one)));
      if (!delivered && !failed) session.warnings.push(notYet(outstanding));
      return delivered;
    }
    await context.sleep(pauseMs);
  }
}

/** The time that the requests of one try may take together. */
export function sendBudget({ settings }: Session): number {
  return settings.durationMs('gateway-timeout') ?? sendBudgetMs('push');
}

function isToldOfLedger({ warnings }: Session, { code }: Warning): boolean {
  return code.startsWith('LEDGER_') && warnings.some((told) => told.code === code);
}

async function outstandingGroups({ settings, store }: Session): Promise<PendingGroup[]> {
  if (settings.text('gateway') === null) return [];
  return listGroups(await store.database(), { deploymentId: null }).filter(
    (group) => group.seq > group.deliveredSeq,
  );
}

function notYet(groups: readonly PendingGroup[]): Warning {
  const names = groups.map((group) => `${group.deployment}/${group.environment}`).join(', ');
  return {
    code: 'GATEWAY',
    message: `not pushed yet: ${names}`,
    hint: 'run `deploytrack push --wait 60s` to keep trying; another deploytrack is pushing, or the time ran out',
    failed: 'delivery',
  };
}
