import type { Database } from '../ledger/file/addon.ts';
import type { Pushgateway } from '../push/gateway/pushgateway.ts';
import type { Session } from '../session.ts';
import type { Finding } from './finding.ts';
import type { FoundLedger } from './findLedger.ts';
import type { GatewayState } from './gateway/gatewayState.ts';

/** What `doctor` was asked to check besides the host itself. */
export interface DoctorInput {
  /** The URL of a Prometheus server. */
  readonly prometheus: string | null;
  /** The health endpoint of the service. */
  readonly health: string | null;
  /** The JSON pointer to the version in its response; null: `/version`. */
  readonly versionField: string | null;
}

/** What the checks look at. */
export interface Examined {
  readonly session: Session;
  readonly input: DoctorInput;
  readonly ledger: FoundLedger;
  /** The ledger if its integrity check passed. */
  readonly sound: Database | null;
  /** The gateways that the settings name. Throws the error of an invalid setting. */
  readonly gateways: () => Promise<readonly Pushgateway[]>;
  /** What each of them responds, asked once; empty if none is set, or if the setting is invalid. Never rejects. */
  readonly gatewayStates: () => Promise<readonly GatewayState[]>;
}

/** One check: it changes nothing. What it throws becomes a finding of its own. */
export interface Check {
  /** A short name, as `--json` shows it. */
  readonly name: string;
  /** What is checked, as it follows "checks". */
  readonly title: string;
  readonly find: (examined: Examined) => Promise<readonly Finding[]> | readonly Finding[];
}
