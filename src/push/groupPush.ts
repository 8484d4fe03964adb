import type { Warning } from '../errors.ts';
import type { Outstanding } from '../ledger/push/deliveries.ts';
import type { DeliveryRequest, Session } from '../session.ts';
import type { Budget } from './budget.ts';
import type { Pushgateway } from './gateway/pushgateway.ts';

/** One group to be sent by one command. */
export interface GroupTask {
  readonly session: Session;
  readonly gateway: Pushgateway;
  readonly group: Outstanding;
  readonly request: DeliveryRequest;
  readonly budget: Budget;
  /** Whether its turn is waited for while another sends it. */
  readonly isPatient: boolean;
  readonly adoptTimeoutMs: number;
}

/** What came of it. */
export interface GroupSent {
  readonly warnings: readonly Warning[];
  /** The gateway itself failed: no other group is tried. */
  readonly gatewayFailed: boolean;
}

export const nothingToTell: GroupSent = { warnings: [], gatewayFailed: false };
