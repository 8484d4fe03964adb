import type { Warning } from '../errors.ts';
import type { PendingGroup } from '../ledger/push/deliveries.ts';
import type { PushRequest, Session } from '../session.ts';
import type { Pushgateway } from './gateway/pushgateway.ts';
import type { GatewayReadings } from './gatewayReadings.ts';
import type { Budget } from './lease.ts';

/** Several gateways, of which each group uses one. */
export interface Shards {
  readonly gateways: readonly Pushgateway[];
  /** The URLs of those that failed in this command. */
  readonly down: ReadonlySet<string>;
  /** That of a group; null if all that it may use failed in this command. */
  readonly gatewayOf: (group: PendingGroup) => Pushgateway | null;
  /** What one of them holds, shared by the groups of the command. */
  readonly readings: (gateway: Pushgateway) => Promise<GatewayReadings>;
}

/** One group to be sent by one command. */
export interface GroupPush {
  readonly session: Session;
  readonly gateway: Pushgateway;
  /** Null if the settings name one gateway. */
  readonly shards: Shards | null;
  readonly group: PendingGroup;
  readonly request: PushRequest;
  readonly budget: Budget;
  /** Whether it waits for its turn while another process pushes the group. */
  readonly isPatient: boolean;
  readonly adoptTimeoutMs: number;
  /** The former addresses of groups that did not remove one in this command: they are not asked again. */
  readonly unresponsive: Set<string>;
  /** What the gateway holds, shared by the groups of the command. Loaded only by one that reads it. */
  readonly readings: () => Promise<GatewayReadings>;
}

/** Result of one push. */
export interface PushOutcome {
  readonly warnings: readonly Warning[];
  /** The gateway itself failed: no other group is tried. */
  readonly gatewayFailed: boolean;
}

export const nothingToReport: PushOutcome = { warnings: [], gatewayFailed: false };
