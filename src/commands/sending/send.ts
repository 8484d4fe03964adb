import { deliver } from '../../delivery/deliver.ts';
import type { Warning } from '../../errors.ts';
import type { DeliveryRequest, Session } from '../../session.ts';

/** What a command may spend on delivery unless it is set otherwise (docs/settings.md). */
export const sendBudgetMs = { mark: 250, bracket: 2000, push: 5000 } as const;

/** Delivers what this mark made outstanding, where there is somewhere to deliver it. Loads nothing otherwise. */
export async function send(
  session: Session,
  {
    deploymentId,
    kind,
    adopt,
  }: {
    deploymentId: string | null;
    kind: keyof typeof sendBudgetMs;
    adopt: DeliveryRequest['adopt'];
  },
): Promise<void> {
  const { settings, store } = session;
  if (!store.isOpen || (settings.text('gateway') === null && settings.text('textfile') === null)) return;
  // A mark that the ledger could not take has nothing to deliver, and its warning says why.
  if (session.warnings.some(isOfLedger)) return;
  const budgetMs = settings.durationMs('gateway-timeout') ?? sendBudgetMs[kind];
  const request = { deploymentId, budgetMs, mostMs: null, adopt, insist: false } as const;
  session.warnings.push(...(await deliver(session, request)));
}

function isOfLedger({ code, failed }: Warning): boolean {
  return failed === 'recording' && code.startsWith('LEDGER_');
}
