import type { DeploymentStatus } from '../../model.ts';

/** What the outcome of a deployment depends on, as its rows tell it. */
export interface OutcomeFacts {
  readonly status: DeploymentStatus;
  readonly version: string;
  readonly previousVersion: string | null;
  readonly rolledBack: boolean;
  readonly rolledBackTo: string | null;
  readonly discarded: boolean;
  readonly fragment: boolean;
  readonly exitCode: number | null;
  /** A phase, a check or a test was recorded. */
  readonly hasSteps: boolean;
  readonly cutoverBegan: boolean;
}

/** Not found, not executable: the script did not run. */
const notRun: readonly (number | null)[] = [null, 126, 127];

/**
 * What a deployment meant for its users: `rolled out`, `rolled back to X`, `failed and still on Y`, `never started`.
 * Null while it runs, and if it was discarded. Y is the version before it, or its own if its cutover has begun
 * and no rollback succeeded.
 */
export function outcomeOf(facts: OutcomeFacts): string | null {
  const { status, version, previousVersion, rolledBackTo } = facts;
  if (facts.discarded || facts.fragment || status === 'in-progress') return null;
  if (facts.rolledBack) return `rolled back to ${rolledBackTo ?? 'an unknown version'}`;
  if (status === 'success' || status === 'warning') return 'rolled out';
  if (!facts.hasSteps && notRun.includes(facts.exitCode)) return 'never started';
  return `failed and still on ${facts.cutoverBegan ? version : (previousVersion ?? 'no version')}`;
}
