import type { LedgerWorld } from './ledgerWorld.ts';
import type { Script } from './script.ts';

/** The steps of a script, and the status and error that `finish` derives from them. */
export interface Case {
  readonly title: string;
  readonly run: (script: Script) => void;
  readonly status: string;
  readonly error: string | null;
}

export function verdictOf(world: LedgerWorld) {
  const { deployment_status: status, error_message: error } = world.deployment();
  return { status, error };
}
