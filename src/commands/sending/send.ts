import { deliver } from '../../delivery/deliver.ts';
import type { DeliveryRequest, Session } from '../../session.ts';

/** What a command may spend on delivery, from METRICS.md and CLI.md, where nothing else is set. */
export const sendBudgetMs = { mark: 250, bracket: 2000, push: 5000 } as const;

/** Delivers what this mark made outstanding, where there is somewhere to deliver it. Loads nothing otherwise. */
export async function send(
  session: Session,
  {
    deploymentId,
    kind,
    adopt,
  }: { deploymentId: string | null; kind: keyof typeof sendBudgetMs; adopt: DeliveryRequest['adopt'] },
): Promise<void> {
  const { settings, store } = session;
  if (!store.isOpen || (settings.text('gateway') === null && settings.text('textfile') === null)) return;
  const budgetMs = settings.durationMs('gateway-timeout') ?? sendBudgetMs[kind];
  session.warnings.push(...(await deliver(session, { deploymentId, budgetMs, adopt, insist: false })));
}
