import { sendBudgetMs } from '../cli/define/sendBudgets.ts';
import type { Warning } from '../errors.ts';
import type { PushRequest, Session } from '../session.ts';
import { pushGroups } from './pushGroups.ts';

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
