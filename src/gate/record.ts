import { asWarning } from '../errors.ts';
import { isRepeated, saveDecision } from '../ledger/gate/decisions.ts';
import type { Session } from '../session.ts';
import type { Decided } from './decide.ts';
import type { GateLedger } from './openLedger.ts';

/**
 * Stores a decision for good. A gate creates no ledger, except for what passed in spite of its rules. A decision that
 * cannot be stored is a warning: it stands.
 */
export async function recordDecision(
  { command, store, warnings }: Session,
  { decision }: Decided,
  { exists }: GateLedger,
): Promise<void> {
  if (!exists && decision.verdict !== 'hotfix') return;
  try {
    await store.write((database) => {
      // Each start is stored; `gate` itself may be asked in a loop.
      if (command.name === 'gate' && isRepeated(database, decision)) return;
      saveDecision(database, decision);
    });
  } catch (error) {
    const { message, ...warning } = asWarning(error, 'recording');
    warnings.push({ ...warning, message: `${message}; the decision of the gate was not recorded` });
  }
}
